package issuance

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
	"github.com/uptrace/bun/schema"

	"signdesk/internal/db"
	"signdesk/internal/staff"
)

// Found is one thing of a case that the search field leads to.
type Found struct {
	Kind  string // application, owner, carrier, certificate
	URL   string
	Title string // Заявка З-000431, or the owner's name
	Owner string
	Org   string
	Whole bool // a whole number was typed and this is what it names
}

// maxLook is how many bytes a query may have that is looked up.
const maxLook = 800

var (
	caseNumber = regexp.MustCompile(`^[ЗзZzPp]?-?([0-9]{3,6})$`) // with what the layouts make of З
	snilsDigit = strings.NewReplacer("-", "", " ", "", "\u00a0", "")
	snilsBegun = regexp.MustCompile(`^[0-9]{4,11}$`)
	hexSerial  = regexp.MustCompile(`^[0-9A-F]{6,40}$`)
	carrierKey = regexp.MustCompile(`^[0-9A-ZА-Я]{4,40}$`)
)

// Each way to look walks the beginning of an index led by the partner; under the
// policy it is kept, for ranges of text are compared by the index itself.
const (
	lookNames = `concat_ws(' ', w.surname, w.name, w.patronymic), COALESCE(NULLIF(o.short_name, ''), o.full_name)`

	lookCases = `(SELECT 'application', '/applications/' || a.id, 'Заявка ' || a.number, ` + lookNames + `, a.number = ?1
		FROM (SELECT * FROM application AS c WHERE c.partner_id = ?0 AND c.number COLLATE "C" >= ?2 AND c.number COLLATE "C" < ?3 ORDER BY c.number COLLATE "C" DESC LIMIT 5) AS a
		JOIN owner AS w ON w.id = a.owner_id JOIN organisation AS o ON o.id = a.org_id)`
	lookSNILS = `(SELECT 'owner', '/owners/' || w.id, 'Владелец', ` + lookNames + `, w.snils = ?1
		FROM (SELECT * FROM owner AS s WHERE s.partner_id = ?0 AND s.snils >= ?1 AND s.snils < ?2 AND NOT s.deleted ORDER BY s.snils, s.id DESC LIMIT 5) AS w
		JOIN organisation AS o ON o.id = w.org_id)`
	lookOwners = `(SELECT 'owner', '/owners/' || w.id, 'Владелец', ` + lookNames + `, false
		FROM ((SELECT k.owner_id FROM owner_word AS k WHERE k.partner_id = ?0 AND k.word >= ?1 AND k.word < ?2 ORDER BY k.word LIMIT 2000)
			INTERSECT (SELECT k.owner_id FROM owner_word AS k WHERE k.partner_id = ?0 AND k.word >= ?4 AND k.word < ?5 ORDER BY k.word LIMIT 2000) LIMIT 500) AS i
		CROSS JOIN LATERAL (SELECT * FROM owner AS x WHERE x.id = i.owner_id OFFSET 0) AS w -- one by one, whatever the planner thinks of the policy
		CROSS JOIN LATERAL (SELECT * FROM organisation AS y WHERE y.id = w.org_id OFFSET 0) AS o
		WHERE NOT w.deleted AND ' ' || translate(upper(concat_ws(' ', w.surname, w.name, w.patronymic)), 'Ё-', 'Е ') LIKE ALL (?3) ORDER BY w.surname, w.name, w.id LIMIT 5)`
	lookCarriers = `(SELECT 'carrier', '/certificates/' || c.id, 'Носитель ' || c.carrier_number, ` + lookNames + `, c.carrier_number = ?1
		FROM (SELECT * FROM certificate AS t WHERE t.partner_id = ?0 AND t.carrier_number COLLATE "C" >= ?1 AND t.carrier_number COLLATE "C" < ?2 AND t.carrier_number <> ''
			ORDER BY t.carrier_number COLLATE "C", t.id DESC LIMIT 5) AS c
		JOIN owner AS w ON w.id = c.owner_id JOIN organisation AS o ON o.id = c.org_id)`
	lookSerials = `(SELECT 'certificate', '/certificates/' || c.id, 'Сертификат ' || c.serial, ` + lookNames + `, c.serial = ?1
		FROM (SELECT * FROM certificate AS t WHERE t.partner_id = ?0 AND t.serial >= ?1 AND t.serial < ?2 ORDER BY t.serial, t.id DESC LIMIT 5) AS c
		JOIN owner AS w ON w.id = c.owner_id JOIN organisation AS o ON o.id = c.org_id)
		UNION ALL (SELECT 'certificate', '/ready-certificates/' || c.id, 'Сертификат ' || c.serial || ', загружен', ` + lookNames + `, c.serial = ?1
		FROM (SELECT * FROM ready_certificate AS t WHERE t.partner_id = ?0 AND t.serial >= ?1 AND t.serial < ?2 ORDER BY t.serial, t.id DESC LIMIT 5) AS c
		JOIN owner AS w ON w.id = c.owner_id JOIN organisation AS o ON o.id = c.org_id)`
)

// LookUp finds what the search field may name beside organisations: cases by
// number (a scanner reads it from the receipt), owners by SNILS or its beginning
// or by names, carriers by number, certificates, issued and loaded, by serial
// number. It needs org.view: masked eyes look nobody up. Nothing found is no error.
func LookUp(ctx context.Context, d *db.DB, by *staff.Employee, query string) ([]Found, error) {
	if by.Must(staff.OrgView) != nil {
		return nil, nil
	}
	sql := lookSQL(by.PartnerID, query)
	if sql == "" {
		return nil, nil
	}
	var list []Found
	err := d.Read(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		rows, err := tx.QueryContext(ctx, sql)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var f Found
			if err := rows.Scan(&f.Kind, &f.URL, &f.Title, &f.Owner, &f.Org, &f.Whole); err != nil {
				return err
			}
			list = append(list, f)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("look up what a query names: %w", err)
	}
	return list, nil
}

// lookSQL is one statement of the ways that the query may be meant, "" for none.
func lookSQL(partner int64, query string) string {
	query = strings.TrimSpace(strings.ToValidUTF8(strings.ReplaceAll(query, "\x00", ""), ""))
	if len(query) > maxLook {
		return ""
	}
	var ways []string
	add := func(sql string, args ...any) {
		ways = append(ways, schema.NewQueryGen(pgdialect.New()).FormatQuery(sql, append([]any{partner}, args...)...))
	}
	if m := caseNumber.FindStringSubmatch(query); m != nil {
		whole, begin := fmt.Sprintf("З-%06s", m[1]), "З-"+m[1]
		add(lookCases, whole, begin, begin+":")
		if len(m[1]) < 6 { // З-000431 is called 431
			add(lookCases, whole, whole, whole+":")
		}
	}
	if n := snilsDigit.Replace(query); snilsBegun.MatchString(n) {
		add(lookSNILS, n, n+":")
	}
	key := strings.ToUpper(snilsDigit.Replace(query))
	if carrierKey.MatchString(key) && strings.ContainsAny(key, "0123456789") {
		add(lookCarriers, key, key+"\U0010ffff")
		if typed := snilsDigit.Replace(query); typed != key { // numbers are written down as the carrier says them
			add(lookCarriers, typed, typed+"\U0010ffff")
		}
	}
	if hexSerial.MatchString(key) {
		add(lookSerials, key, key+"G")
	}
	if words := nameWords(query); len(words) > 0 && len(words) <= 4 && !strings.ContainsAny(query, "0123456789") {
		var patterns []string
		for _, w := range words {
			patterns = append(patterns, `"% `+w+`%"`)
		}
		slices.SortStableFunc(words, func(x, y string) int { return len(y) - len(x) })
		second := words[min(1, len(words)-1)]
		if len([]rune(words[0])) >= 3 {
			add(lookOwners, words[0], words[0]+"\U0010ffff", "{"+strings.Join(patterns, ",")+"}", second, second+"\U0010ffff")
		}
	}
	return strings.Join(ways, " UNION ALL ")
}

// nameWords are the words of names as owner_word has them.
func nameWords(query string) []string {
	return strings.FieldsFunc(strings.ReplaceAll(strings.ToUpper(query), "Ё", "Е"), func(r rune) bool { return !unicode.IsLetter(r) })
}
