package ready

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/cert/active"
	"signdesk/internal/db"
	"signdesk/internal/ext/revocation"
	"signdesk/internal/fault"
	"signdesk/internal/gost"
	"signdesk/internal/job"
	"signdesk/internal/notify"
	"signdesk/internal/owner"
)

// staleAfter times the interval of questions is how long a valid certificate
// stays valid while nobody answers.
const staleAfter = 3

// Follow is the job: it asks about revocation, writes down what it heard and
// says when to try again; 0 means that the sweep will come when it is time.
func Follow(ctx context.Context, d *db.DB, client *revocation.Client, rules Rules, now time.Time, args job.CheckReady) (time.Duration, error) {
	var c *Certificate
	err := d.Read(ctx, args.Partner, func(ctx context.Context, tx bun.IDB) (err error) {
		c, err = Find(ctx, tx, args.Partner, args.Certificate)
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return 0, nil
	}
	if err != nil || c.Status.Final() {
		return 0, err
	}
	if now.After(c.NotAfter) {
		return 0, outcome(ctx, d, rules, now, c, Expired, "Срок действия закончился "+day(c.NotAfter)+".", said{})
	}
	leaf, above, err := c.Parsed()
	if err != nil {
		return 0, err
	}
	chain, err := rules.Trust.chain(leaf, above, now)
	if err != nil {
		return 0, outcome(ctx, d, rules, now, c, Untrusted, authority(leaf, nil, err).Text, said{})
	}
	s, err := (&inquiry{d: d, client: client, now: now, c: leaf, issuer: chain[1]}).ask(ctx)
	if err != nil {
		return 0, err
	}
	if s.status == Valid {
		above, err := askAbove(ctx, d, client, now, chain)
		switch {
		case err != nil:
			return 0, err
		case above.status == Revoked || above.status == Held:
			return 0, outcome(ctx, d, rules, now, c, Untrusted, "Отозван сертификат самого УЦ. "+above.words(), said{})
		case above.status == "":
			s = above
		}
	}
	if s.status != "" {
		return 0, outcome(ctx, d, rules, now, c, s.status, s.words(), s)
	}
	to := c.Status
	if c.Status == Checking || c.Status == Untrusted || c.Status == Valid && now.Sub(c.CheckedAt) > staleAfter*rules.Recheck {
		to = Unchecked
	}
	if s.again.IsZero() { // no address to wait for
		s.again = now.Add(time.Hour)
	}
	again := max(s.again.Sub(now), time.Second)
	return again, noAnswer(ctx, d, rules, now, c, to, s.trouble, now.Add(again))
}

// askAbove asks about the authorities between the certificate and the root. One
// whose certificate names no address stands by the administrator's list alone.
func askAbove(ctx context.Context, d *db.DB, client *revocation.Client, now time.Time, chain []*gost.Certificate) (said, error) {
	for i := 1; i+1 < len(chain); i++ {
		if askable(chain[i]).Kind == "stop" {
			continue
		}
		s, err := (&inquiry{d: d, client: client, now: now, c: chain[i], issuer: chain[i+1]}).ask(ctx)
		if err != nil || s.status != Valid {
			return s, err
		}
	}
	return said{status: Valid}, nil
}

// words say what was heard and from whom.
func (s said) words() string {
	from := "по ответу OCSP"
	if s.evidence.Source == "crl" {
		from = "по списку отозванных"
	}
	switch s.status {
	case Valid:
		return "Не отозван, " + from + " на " + minute(s.evidence.ThisUpdate) + "."
	case Held:
		return "Действие приостановлено УЦ " + minute(s.evidence.RevokedAt) + ", " + from + "."
	default:
		return "Аннулирован УЦ " + minute(s.evidence.RevokedAt) + " (" + ReasonRU(s.evidence.Reason) + "), " + from + "."
	}
}

func minute(t time.Time) string { return t.In(moscow).Format("02.01.2006 15:04 МСК") }

// outcome writes down an answer, or an end that needs none.
func outcome(ctx context.Context, d *db.DB, rules Rules, now time.Time, c *Certificate, to Status, text string, s said) error {
	next := now.Add(rules.Recheck)
	if next.After(c.NotAfter) {
		next = c.NotAfter.Add(time.Second)
	}
	return d.Tx(ctx, c.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		fresh, err := relock(ctx, tx, c)
		if err != nil || fresh == nil {
			return err
		}
		if s.status != "" {
			if _, err := tx.NewUpdate().Model(&Certificate{Evidence: s.evidence, CheckedAt: now}).Column("evidence", "checked_at").
				Where("partner_id = ? AND id = ?", c.PartnerID, c.ID).Exec(ctx); err != nil {
				return err
			}
		}
		if err := move(ctx, tx, now, fresh, to, text); err != nil {
			return err
		}
		var when any = next
		if to.Final() {
			when = nil
		}
		_, err = tx.ExecContext(ctx, `UPDATE ready_certificate SET status_text = ?, attempts = 0, next_at = ? WHERE partner_id = ? AND id = ?`, text, when, c.PartnerID, c.ID)
		return err
	})
}

// noAnswer writes down why nobody has answered and when it is tried again.
func noAnswer(ctx context.Context, d *db.DB, _ Rules, now time.Time, c *Certificate, to Status, trouble string, next time.Time) error {
	return d.Tx(ctx, c.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		fresh, err := relock(ctx, tx, c)
		if err != nil || fresh == nil {
			return err
		}
		text := fresh.StatusText
		if to == Unchecked || to == Checking {
			text = "Узнать об отзыве не удалось: " + trouble + " Программа спросит снова сама."
		}
		if err := move(ctx, tx, now, fresh, to, text); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE ready_certificate SET status_text = ?, attempts = attempts + 1, next_at = ? WHERE partner_id = ? AND id = ?`, text, next, c.PartnerID, c.ID)
		return err
	})
}

// relock locks owner and certificate; nil when another run of the job has moved
// the certificate meanwhile: its word is at least as good.
func relock(ctx context.Context, tx bun.IDB, c *Certificate) (*Certificate, error) {
	if _, err := lockOwner(ctx, tx, c.PartnerID, c.OwnerID); err != nil && !fault.Is(err, fault.Conflict) { // a deleted owner's certificate is followed too
		return nil, err
	}
	fresh, err := lock(ctx, tx, c.PartnerID, c.ID)
	if err != nil || fresh.Status != c.Status {
		return nil, err
	}
	return fresh, nil
}

// move changes the status with everything that belongs to it: the active
// choice, the history, the journal and the letters. The same status moves nothing.
func move(ctx context.Context, tx bun.IDB, now time.Time, c *Certificate, to Status, text string) error {
	if c.Status == to {
		return nil
	}
	if !c.Status.Can(to) {
		return fmt.Errorf("ready certificate %d: %s to %s", c.ID, c.Status, to)
	}
	from := c.Status
	dropped, err := active.Drop(ctx, tx, now, c.holder(), c.ref(), "«"+to.RU()+"».")
	if err != nil {
		return err
	}
	if err := db.Swapped(tx.ExecContext(ctx, `UPDATE ready_certificate SET status = ?, status_at = ? WHERE partner_id = ? AND id = ? AND status = ?`,
		to, now, c.PartnerID, c.ID, from)); err != nil {
		return err
	}
	c.Status = to
	kind, _ := c.Chip(now)
	if kind == "warn" {
		kind = "wait"
	}
	switch {
	case to == Valid && (from == Checking || from == Unchecked && c.CheckedAt.IsZero()):
		chosen, err := active.ByDefault(ctx, tx, now, c.holder(), c.ref(), c.LoadedAt) // F374
		if err != nil {
			return err
		}
		if chosen {
			text += " Стал активным."
		}
	case dropped:
		text += " Больше не активный: выберите другой."
	}
	if err := note(ctx, tx, now, c, 0, kind, text); err != nil {
		return err
	}
	if from != Checking {
		if err := tell(ctx, tx, now, c, from, text); err != nil {
			return err
		}
	}
	return audit.Write(ctx, tx, now, audit.Act{Partner: c.PartnerID, Actor: audit.Program, Action: "cert.ready_" + string(to), Object: object(c), Org: c.OrgID,
		Details: map[string]string{"from": string(from)}})
}

// tell writes to whoever loaded the certificate, and to its owner when it was
// good until now. Who has no address, or an unusable one, reads it on the screen.
func tell(ctx context.Context, tx bun.IDB, now time.Time, c *Certificate, from Status, text string) error {
	var colleague string
	if err := tx.QueryRowContext(ctx, `SELECT COALESCE((SELECT email FROM employee WHERE id = ? AND active), '')`, c.LoadedBy).Scan(&colleague); err != nil {
		return err
	}
	people := map[string]string{"staff": colleague}
	if from == Valid && c.Status != Unchecked {
		w, err := owner.Find(ctx, tx, c.PartnerID, c.OwnerID)
		if err != nil {
			return err
		}
		people["owner"] = w.Email
	}
	for who, address := range people {
		if address == "" {
			continue
		}
		err := notify.Mail(ctx, tx, now, notify.Letter{
			About: notify.About{Partner: c.PartnerID, Org: c.OrgID, Key: fmt.Sprintf("ready:%d:%s:%d:%s", c.ID, c.Status, now.Unix(), who)},
			To:    address, Subject: "Сертификат " + c.ShortSerial() + ": " + c.Status.RU(),
			Body: fmt.Sprintf("Здравствуйте!\n\nСертификат электронной подписи № %s: %s.\n%s\n", c.Serial, c.Status.RU(), text),
		})
		if err != nil && !fault.Is(err, fault.Invalid) {
			return err
		}
	}
	return nil
}

// Due brings forward the certificates of the partner whose time has come.
func Due(ctx context.Context, d *db.DB, now time.Time, partner int64) error {
	return d.Tx(ctx, partner, func(ctx context.Context, tx bun.IDB) error {
		var ids []int64
		if err := tx.NewSelect().Model((*Certificate)(nil)).Column("id").Where("partner_id = ? AND next_at <= ?", partner, now).OrderExpr("next_at").Limit(1000).Scan(ctx, &ids); err != nil {
			return err
		}
		for _, id := range ids {
			if err := job.Enqueue(ctx, tx, job.CheckReady{Partner: partner, Certificate: id}); err != nil {
				return err
			}
		}
		return nil
	})
}
