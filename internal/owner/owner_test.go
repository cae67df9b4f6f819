package owner_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/uptrace/bun"

	"signdesk/internal/fault"
	"signdesk/internal/ident"
	"signdesk/internal/owner"
	"signdesk/internal/staff"
)

// What an owner's card may hold (F074, F075, F080–F086).
func TestOwnerRules(t *testing.T) {
	k := newDesk(t)
	sixty := strings.Repeat("Ж", 60)
	for name, c := range map[string]struct {
		change func(*owner.Owner)
		field  string // "" = saved
	}{
		"as he is":         {func(*owner.Owner) {}, ""},
		"no patronymic":    {func(o *owner.Owner) { o.Patronymic = "" }, ""},
		"Ё and Й":          {func(o *owner.Owner) { o.Surname, o.Name = "Ёлкин", "Йод" }, ""},
		"double name":      {func(o *owner.Owner) { o.Surname = "Римский-Корсаков" }, ""},
		"Roman numeral":    {func(o *owner.Owner) { o.Patronymic = "оглы II" }, ""},
		"spaces folded":    {func(o *owner.Owner) { o.Surname = "  Петров   Водкин " }, ""},
		"no surname":       {func(o *owner.Owner) { o.Surname = " " }, "surname"},
		"no name":          {func(o *owner.Owner) { o.Name = "" }, "name"},
		"Latin letters":    {func(o *owner.Owner) { o.Surname = "Petrov" }, "surname"},
		"a Latin a":        {func(o *owner.Owner) { o.Name = "Ивaн" }, "name"},
		"another Cyrillic": {func(o *owner.Owner) { o.Surname = "Їжак" }, "surname"},
		"digits":           {func(o *owner.Owner) { o.Surname = "Петров2" }, "surname"},
		"sixty letters":    {func(o *owner.Owner) { o.Surname, o.Name, o.Patronymic = sixty, "Ян", "" }, ""},
		"sixty-one":        {func(o *owner.Owner) { o.Surname = sixty + "Ж" }, "surname"},
		"together over 64": {func(o *owner.Owner) {
			o.Surname, o.Name, o.Patronymic = strings.Repeat("Ж", 50), strings.Repeat("Ж", 13), "А"
		}, "surname"},
		"together 64": {func(o *owner.Owner) {
			o.Surname, o.Name, o.Patronymic = strings.Repeat("Ж", 50), strings.Repeat("Ж", 13), ""
		}, ""},
		"no SNILS":                {func(o *owner.Owner) { o.SNILS = "" }, "snils"},
		"SNILS does not add up":   {func(o *owner.Owner) { o.SNILS = "112-233-445 96" }, "snils"},
		"INN of an organisation":  {func(o *owner.Owner) { o.INN = "7701234567" }, "inn"},
		"long title":              {func(o *owner.Owner) { o.Title = strings.Repeat("ж", 65) }, "title"},
		"title of 64":             {func(o *owner.Owner) { o.Title = strings.Repeat("ж", 64) }, ""},
		"mail":                    {func(o *owner.Owner) { o.Email = "petrov" }, "email"},
		"mail with a name":        {func(o *owner.Owner) { o.Email = "П <p@f.ru>" }, "email"},
		"phone":                   {func(o *owner.Owner) { o.Phone = "12" }, "phone"},
		"region":                  {func(o *owner.Owner) { o.Region = "00" }, "region"},
		"head of the card":        {func(o *owner.Owner) { o.IsHead = true }, ""},
		"head who is not":         {func(o *owner.Owner) { o.Surname, o.IsHead = "Сидоров", true }, "surname"},
		"organisation of another": {func(o *owner.Owner) { o.OrgID = 999 }, "404"},
	} {
		o := petrov(k.org)
		o.INN = ""
		o.SNILS = ident.SNILSWithCheckDigits("160722398")
		k.exec(`DELETE FROM passport`)
		err := clear(k)
		if err != nil {
			t.Fatal(err)
		}
		c.change(&o)
		_, err = owner.Save(t.Context(), k.d, k.people["operator"], k.now(), o)
		switch e := fault.As(err); {
		case c.field == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case c.field == "404" && !fault.Is(err, fault.NotFound):
			t.Errorf("%s: %v", name, err)
		case c.field != "" && c.field != "404" && (e == nil || e.Kind != fault.Invalid || e.Fields[c.field] == ""):
			t.Errorf("%s: %v", name, err)
		}
	}
}

// clear takes the owners away between the rows of a table.
func clear(k *desk) error {
	return k.d.Tx(k.Context(), k.people["operator"].PartnerID, func(ctx context.Context, tx bun.IDB) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM owner`)
		return err
	})
}

// A head's title and INN are those of the organisation's card (F082).
func TestHeadIsTakenFromTheCard(t *testing.T) {
	k := newDesk(t)
	o := petrov(k.org)
	o.IsHead, o.Title = true, "Самозванец"
	id := k.person(o, paper)
	if n := k.number(`SELECT count(*) FROM owner WHERE id = ? AND title ILIKE 'генеральный директор'`, id); n != 1 {
		t.Error("the title was typed over the card's")
	}
}

// A double click adds the person once.
func TestOnePersonStandsOnce(t *testing.T) {
	k := newDesk(t)
	var wg sync.WaitGroup
	saved := make([]error, 6)
	for i := range saved {
		wg.Go(func() { _, saved[i] = owner.Save(t.Context(), k.d, k.people["operator"], k.now(), petrov(k.org)) })
	}
	wg.Wait()
	n := 0
	for _, err := range saved {
		if err == nil {
			n++
		} else if e := fault.As(err); e == nil || e.Fields["snils"] == "" {
			t.Error(err)
		}
	}
	if n != 1 {
		t.Errorf("added %d times", n)
	}
}

// Two people change one card: the second sees what the first saved, at the
// fields that differ, and what he typed is kept by the form.
func TestConflictNamesTheFields(t *testing.T) {
	k := newDesk(t)
	id := k.person(petrov(k.org), paper)
	first, second := petrov(k.org), petrov(k.org)
	first.ID, first.Version, first.Email = id, 1, "new@romashka.example"
	second.ID, second.Version, second.Locality = id, 1, "Тверь"
	if _, err := owner.Save(t.Context(), k.d, k.people["admin"], k.now(), first); err != nil {
		t.Fatal(err)
	}
	_, err := owner.Save(t.Context(), k.d, k.people["operator"], k.now(), second)
	e := fault.As(err)
	if e == nil || e.Kind != fault.Conflict || !strings.Contains(e.Text, k.people["admin"].Name) {
		t.Fatal(err)
	}
	want := map[string]string{"email": "Сохранено другим: «new@romashka.example».", "locality": "Сохранено другим: «Москва»."}
	if diff := cmp.Diff(want, e.Fields); diff != "" {
		t.Error(diff)
	}
	p := paper
	p.OwnerID, p.Version, p.BirthPlace = id, 0, "гор. Тверь"
	if err := owner.SavePassport(t.Context(), k.d, k.people["operator"], k.now(), p); !fault.Is(err, fault.Conflict) || fault.As(err).Fields["birth_place"] == "" {
		t.Error(err)
	}
	p.BirthPlace = paper.BirthPlace // the same again from an old page: nothing to save, nothing to complain of
	if err := owner.SavePassport(t.Context(), k.d, k.people["operator"], k.now(), p); err != nil {
		t.Error(err)
	}
}

func TestPassportRules(t *testing.T) {
	k := newDesk(t)
	id := k.person(petrov(k.org), paper)
	foreign := func(p *owner.Passport) {
		p.DocType, p.Citizenship, p.Series, p.Number, p.Code, p.IssuedBy = "foreign_passport", "BLR", "", "MP1234567", "", ""
	}
	for name, c := range map[string]struct {
		change func(*owner.Passport)
		field  string
	}{
		"as it is":            {func(p *owner.Passport) {}, ""},
		"with spaces":         {func(p *owner.Passport) { p.Series, p.Number, p.Code = "45 10", "№ 123456", "770 001" }, ""},
		"citizenship locked":  {func(p *owner.Passport) { p.Citizenship = "BLR" }, ""},
		"series":              {func(p *owner.Passport) { p.Series = "451" }, "series"},
		"number":              {func(p *owner.Passport) { p.Number = "12345a" }, "number"},
		"code":                {func(p *owner.Passport) { p.Code = "770" }, "code"},
		"issuer":              {func(p *owner.Passport) { p.IssuedBy = "" }, "issued_by"},
		"no date":             {func(p *owner.Passport) { p.IssuedOn = time.Time{} }, "issued_on"},
		"tomorrow":            {func(p *owner.Passport) { p.IssuedOn = day("2026-11-21") }, "issued_on"},
		"before birth":        {func(p *owner.Passport) { p.IssuedOn = day("1979-01-01") }, "issued_on"},
		"not changed at 45":   {func(p *owner.Passport) { p.IssuedOn = day("2024-03-01") }, "issued_on"},
		"grace after 45":      {func(p *owner.Passport) { p.BirthDate, p.IssuedOn = day("1981-09-01"), day("2001-10-01") }, ""},
		"grace is over":       {func(p *owner.Passport) { p.BirthDate, p.IssuedOn = day("1981-08-01"), day("2001-10-01") }, "issued_on"},
		"born tomorrow":       {func(p *owner.Passport) { p.BirthDate = day("2026-11-21") }, "birth_date"},
		"born long ago":       {func(p *owner.Passport) { p.BirthDate = day("1899-12-31") }, "birth_date"},
		"a child":             {func(p *owner.Passport) { p.BirthDate, p.IssuedOn = day("2013-01-01"), day("2025-01-01") }, "birth_date"},
		"no birth place":      {func(p *owner.Passport) { p.BirthPlace = "" }, "birth_place"},
		"no sex":              {func(p *owner.Passport) { p.Sex = "" }, "sex"},
		"unknown paper":       {func(p *owner.Passport) { p.DocType = "library_card" }, "doc_type"},
		"foreign":             {foreign, ""},
		"foreign, of nowhere": {func(p *owner.Passport) { foreign(p); p.Citizenship = "ZZZ" }, "citizenship"},
		"foreign, expired":    {func(p *owner.Passport) { foreign(p); p.ValidUntil = day("2026-11-19") }, "valid_until"},
		"foreign, no number":  {func(p *owner.Passport) { foreign(p); p.Number = "" }, "number"},
	} {
		_, old, err := owner.Look(t.Context(), k.d, k.people["operator"], k.now(), id, "")
		if err != nil {
			t.Fatal(err)
		}
		p := paper
		p.OwnerID, p.Version = id, old.Version
		c.change(&p)
		err = owner.SavePassport(t.Context(), k.d, k.people["operator"], k.now(), p)
		if e := fault.As(err); c.field == "" && err != nil || c.field != "" && (e == nil || e.Fields[c.field] == "") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := k.number(`SELECT count(*) FROM passport WHERE citizenship = 'RUS' AND doc_type <> 'rf_passport'`); n != 0 {
		t.Error("a foreigner became a citizen")
	}
}

// Every role × every verb of the package.
func TestEveryRoleEveryVerb(t *testing.T) {
	k := newDesk(t)
	id := k.person(petrov(k.org), paper)
	check := k.ask(id, owner.CheckPassport)
	scan := owner.Scan{Kind: owner.CheckPassport, Name: "скан.png", Content: []byte("\x89PNG\r\n\x1a\n…"), Understood: true}
	if err := owner.Submit(t.Context(), k.d, k.files, k.people["operator"], k.now(), id, scan); err != nil {
		t.Fatal(err)
	}
	in := func(by *staff.Employee, do func(ctx context.Context, tx bun.IDB) error) error {
		return k.d.Read(t.Context(), by.PartnerID, do)
	}
	n := 0
	for name, v := range map[string]struct {
		may string
		do  func(by *staff.Employee) error
	}{
		"Seen": {"operator accountant supervisor admin reviewer auditor", func(by *staff.Employee) error {
			return in(by, func(ctx context.Context, tx bun.IDB) error { _, err := owner.Seen(ctx, tx, by, id); return err })
		}},
		"SeenList": {"operator accountant supervisor admin reviewer auditor", func(by *staff.Employee) error {
			return in(by, func(ctx context.Context, tx bun.IDB) error { _, err := owner.SeenList(ctx, tx, by, k.org); return err })
		}},
		"Save": {"operator admin", func(by *staff.Employee) error {
			n++
			o := petrov(k.org)
			o.SNILS = ident.SNILSWithCheckDigits("16072239" + string(rune('0'+n)))
			_, err := owner.Save(t.Context(), k.d, by, k.now(), o)
			return err
		}},
		"Look": {"operator supervisor reviewer", func(by *staff.Employee) error {
			_, _, err := owner.Look(t.Context(), k.d, by, k.now(), id, "проверка жалобы")
			return err
		}},
		"SavePassport": {"operator", func(by *staff.Employee) error {
			p := paper
			p.OwnerID, p.Version = id, 1
			return owner.SavePassport(t.Context(), k.d, by, k.now(), p)
		}},
		"Ask": {"operator", func(by *staff.Employee) error {
			_, err := owner.Ask(t.Context(), k.d, by, k.now(), id, owner.CheckPassport)
			return err
		}},
		"Submit": {"operator", func(by *staff.Employee) error { return owner.Submit(t.Context(), k.d, k.files, by, k.now(), id, scan) }},
		"Reviews": {"supervisor reviewer", func(by *staff.Employee) error {
			return in(by, func(ctx context.Context, tx bun.IDB) error { _, err := owner.Reviews(ctx, tx, by); return err })
		}},
		"Override": {"supervisor reviewer", func(by *staff.Employee) error {
			return owner.Override(t.Context(), k.d, by, k.now(), id, check.ID, "Скан сверен")
		}},
	} {
		for _, role := range []string{"operator", "accountant", "supervisor", "admin", "reviewer", "auditor"} {
			err := v.do(k.people[role])
			if may := slices.Contains(strings.Fields(v.may), role); may && fault.Is(err, fault.Forbidden) || !may && !fault.Is(err, fault.Forbidden) {
				t.Errorf("%s %s: %v", role, name, err)
			}
		}
	}
}

// Who looked at whose paper and why is written down; without a reason nothing is shown.
func TestEveryLookIsLogged(t *testing.T) {
	k := newDesk(t)
	id := k.person(petrov(k.org), paper)
	before := k.number(`SELECT count(*) FROM personal_view`)
	for _, c := range []struct {
		who, reason string
		kind        fault.Kind
	}{
		{"operator", "", 0}, {"reviewer", "", 0}, {"supervisor", "", fault.Invalid}, {"supervisor", "да", fault.Invalid}, {"supervisor", "жалоба клиента № 5", 0},
		{"accountant", "очень надо", fault.Forbidden}, {"admin", "очень надо", fault.Forbidden}, {"auditor", "очень надо", fault.Forbidden}, {"foreign operator", "", fault.NotFound},
	} {
		_, p, err := owner.Look(t.Context(), k.d, k.people[c.who], k.now(), id, c.reason)
		if c.kind == 0 && (err != nil || p.Number != "123456") || c.kind != 0 && (!fault.Is(err, c.kind) || p != nil) {
			t.Errorf("%s %q: %v", c.who, c.reason, err)
		}
	}
	if n := k.number(`SELECT count(*) FROM personal_view`) - before; n != 3 {
		t.Errorf("%d looks are logged, want 3", n)
	}
	if n := k.number(`SELECT count(*) FROM personal_view WHERE reason = 'жалоба клиента № 5' AND actor_id = ?`, k.people["supervisor"].ID); n != 1 {
		t.Error("the reason is not logged")
	}
}

// Who checks the work sees no whole names and numbers.
func TestMasking(t *testing.T) {
	k := newDesk(t)
	id := k.person(petrov(k.org), paper)
	err := k.d.Read(t.Context(), k.people["auditor"].PartnerID, func(ctx context.Context, tx bun.IDB) error {
		o, err := owner.Seen(ctx, tx, k.people["auditor"], id)
		if err != nil {
			return err
		}
		if got := o.FullName() + " " + o.SNILS + " " + o.Email; got != "П*** И*** И*** *********95 ***" {
			t.Error(got)
		}
		list, err := owner.SeenList(ctx, tx, k.people["auditor"], k.org)
		if err != nil || list[0].Surname != "П***" {
			t.Error(list, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// The second pair of eyes: the way round when a register does not answer (F097, F098).
func TestSecondPairOfEyes(t *testing.T) {
	k := newDesk(t)
	id := k.person(petrov(k.org), paper)
	operator, reviewer, supervisor := k.people["operator"], k.people["reviewer"], k.people["supervisor"]
	png := []byte("\x89PNG\r\n\x1a\n…")
	submit := func(s owner.Scan) error { return owner.Submit(t.Context(), k.d, k.files, operator, k.now(), id, s) }
	if err := submit(owner.Scan{Kind: owner.CheckSNILS, Name: "a.png", Content: png, Understood: true}); !fault.Is(err, fault.Invalid) {
		t.Errorf("a scan before anything was asked: %v", err)
	}
	check := k.ask(id, owner.CheckSNILS)
	for name, c := range map[string]struct {
		scan  owner.Scan
		field string
	}{
		"without the tick": {owner.Scan{Kind: owner.CheckSNILS, Name: "a.png", Content: png}, "understood"},
		"empty":            {owner.Scan{Kind: owner.CheckSNILS, Name: "a.png", Understood: true}, "scan"},
		"a program":        {owner.Scan{Kind: owner.CheckSNILS, Name: "a.png", Content: []byte("MZ\x90\x00"), Understood: true}, "scan"},
		"a page":           {owner.Scan{Kind: owner.CheckSNILS, Name: "a.pdf", Content: []byte("<html><script>"), Understood: true}, "scan"},
		"too large":        {owner.Scan{Kind: owner.CheckSNILS, Name: "a.png", Content: append(png, make([]byte, 10<<20)...), Understood: true}, "scan"},
	} {
		if e := fault.As(submit(c.scan)); e == nil || e.Fields[c.field] == "" {
			t.Errorf("%s: %v", name, e)
		}
	}
	override := func(by *staff.Employee, reason string) error {
		return owner.Override(t.Context(), k.d, by, k.now(), id, check.ID, reason)
	}
	if err := override(reviewer, "Скан сверен"); !fault.Is(err, fault.Invalid) {
		t.Errorf("accepted without a scan: %v", err)
	}
	if err := submit(owner.Scan{Kind: owner.CheckSNILS, Name: "снилс.png", Content: png, Understood: true}); err != nil {
		t.Fatal(err)
	}
	if n := k.number(`SELECT count(*) FROM stored_file WHERE folder = 'scan' AND owner_id = ?`, id); n != 1 {
		t.Errorf("%d scans are kept: those refused leave nothing", n)
	}
	if err := override(reviewer, "ок"); !fault.Is(err, fault.Invalid) {
		t.Errorf("accepted without grounds: %v", err)
	}
	if err := override(operator, "Скан сверен"); !fault.Is(err, fault.Forbidden) {
		t.Errorf("accepted by who prepared it: %v", err)
	}
	if err := override(k.people["foreign reviewer"], "Скан сверен"); !fault.Is(err, fault.NotFound) {
		t.Errorf("accepted by another partner: %v", err)
	}
	if err := owner.Decline(t.Context(), k.d, supervisor, k.now(), id, check.ID, "Скан нечитаем"); err != nil {
		t.Fatal(err)
	}
	if err := override(reviewer, "Скан сверен"); !fault.Is(err, fault.Invalid) {
		t.Errorf("accepted by a scan that was sent back: %v", err)
	}
	if err := submit(owner.Scan{Kind: owner.CheckSNILS, Name: "снилс-2.png", Content: png, Understood: true}); err != nil {
		t.Fatal(err)
	}
	if err := override(reviewer, "Скан сверен с оригиналом"); err != nil {
		t.Fatal(err)
	}
	if c := k.checks(id)[owner.CheckSNILS]; c.Status != "overridden" || !c.Positive() || c.DecidedBy != reviewer.ID {
		t.Errorf("%+v", c)
	}
	// the register answers after all: its word is the last
	k.settle()
	if got := k.status(id, owner.CheckSNILS); got != "positive" {
		t.Error(got)
	}
}

// An override holds for the data that were decided on.
func TestOverrideHoldsForTheData(t *testing.T) {
	k := newDesk(t)
	id := k.person(petrov(k.org), paper)
	check := k.ask(id, owner.CheckPassport)
	if err := owner.Submit(t.Context(), k.d, k.files, k.people["operator"], k.now(), id, owner.Scan{Kind: owner.CheckPassport, Name: "a.gif", Content: []byte("GIF89a…"), Understood: true}); err != nil {
		t.Fatal(err)
	}
	changed := paper
	changed.Number = "654321"
	k.paper(id, changed)
	if err := owner.Override(t.Context(), k.d, k.people["reviewer"], k.now(), id, check.ID, "Скан сверен"); !fault.Is(err, fault.Conflict) {
		t.Errorf("decided about data that are no more: %v", err)
	}
	err := k.d.Read(t.Context(), k.people["reviewer"].PartnerID, func(ctx context.Context, tx bun.IDB) error {
		list, err := owner.Reviews(ctx, tx, k.people["reviewer"])
		if len(list) != 0 {
			t.Error("an old question is offered for a decision")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	k.paper(id, paper)
	if err := owner.Override(t.Context(), k.d, k.people["reviewer"], k.now(), id, check.ID, "Скан сверен"); err != nil {
		t.Fatal(err)
	}
	k.paper(id, changed)
	if got := k.status(id, owner.CheckPassport); got == "overridden" {
		t.Error("the decision opened the next step for other data")
	}
}
