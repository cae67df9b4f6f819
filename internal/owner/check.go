package owner

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/db"
	"signdesk/internal/exchange"
	"signdesk/internal/job"
	"signdesk/internal/staff"
)

// CheckKind is what is asked: whether passport, SNILS and INN are right, or what
// the SNILS is.
type CheckKind string

const (
	CheckPassport CheckKind = exchange.Passport
	CheckSNILS    CheckKind = exchange.SNILS
	CheckINN      CheckKind = exchange.INN

	// FindSNILS asks the fund for the number by the owner's passport. It opens no
	// step: the number on the card is checked by CheckSNILS.
	FindSNILS CheckKind = exchange.SNILSByData
)

// CheckKinds lists those that open steps, in their order.
var CheckKinds = []CheckKind{CheckPassport, CheckSNILS, CheckINN}

// NameRU is the check's name on screen.
func (k CheckKind) NameRU() string {
	return map[CheckKind]string{CheckPassport: "Паспорт", CheckSNILS: "СНИЛС", CheckINN: "ИНН", FindSNILS: "СНИЛС по паспорту"}[k]
}

// Check is one question to a register and its answer.
type Check struct {
	bun.BaseModel `bun:"table:owner_check,alias:k"`
	ID            int64 `bun:",pk,autoincrement"`
	PartnerID     int64
	OwnerID       int64
	Kind          CheckKind
	Fingerprint   []byte
	Status        string // waiting, positive, negative, not_found, refused, overridden
	StatusAt      time.Time
	Text          string
	Value         string
	MessageID     int64 `bun:",nullzero"`
	RequestedAt   time.Time
	RequestedBy   int64
	DecidedBy     int64     `bun:",nullzero"`
	ScanFileID    uuid.UUID `bun:",nullzero"`
	RequestedName string    `bun:",scanonly"`
	DecidedName   string    `bun:",scanonly"`
	Attempts      int       `bun:",scanonly"` // to send the question that failed
}

// Positive reports whether the check opens the next step.
func (c *Check) Positive() bool {
	return c != nil && (c.Status == "positive" || c.Status == "overridden")
}

// Chip is the check's state as a chip's kind and word.
func (c *Check) Chip() (kind, text string) {
	if c == nil {
		return "idle", "Не проверялся"
	}
	switch c.Status {
	case "waiting":
		return "wait", "Ждём ответа"
	case "positive":
		if c.Kind == FindSNILS {
			return "done", "Тот же"
		}
		return "done", "Подтверждён"
	case "overridden":
		return "done", "Принят по скану"
	case "negative":
		if c.Takeable() {
			return "stop", "Другой номер"
		}
		return "stop", "Не подтверждён"
	case "not_found":
		return "stop", "Не найден"
	default:
		return "stop", "Проверка не состоялась"
	}
}

// fingerprint sums up the data a check of the kind is about.
func fingerprint(kind CheckKind, o *Owner, p *Passport) []byte {
	person := []string{string(kind), o.Surname, o.Name, o.Patronymic}
	birth := p.BirthDate.Format(time.DateOnly)
	switch kind {
	case CheckPassport:
		person = append(person, p.DocType, p.Series, p.Number)
	case CheckSNILS:
		person = append(person, o.SNILS, p.Sex, birth)
	case CheckINN:
		person = append(person, o.INN, p.Series, p.Number, birth)
	case FindSNILS:
		person = append(person, o.SNILS, p.Sex, birth, p.Series, p.Number)
	}
	sum := sha256.Sum256([]byte(strings.Join(person, "\x00")))
	return sum[:]
}

// Ask puts the question to the register. While the same question waits, or has
// a positive answer, nothing is asked again: the check that is there is returned.
func Ask(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, owner int64, kind CheckKind) (*Check, error) {
	if err := by.Must(staff.ApplicationWork); err != nil {
		return nil, err
	}
	var check *Check
	err := d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		o, err := lock(ctx, tx, by.PartnerID, owner)
		if err != nil {
			return err
		}
		p, err := PassportOf(ctx, tx, by.PartnerID, owner)
		if err != nil {
			return err
		}
		content, err := question(kind, o, p, by, now)
		if err != nil {
			return err
		}
		last, err := lastCheck(ctx, tx, by.PartnerID, owner, kind)
		if err != nil {
			return err
		}
		print := fingerprint(kind, o, p)
		if last != nil && string(last.Fingerprint) == string(print) && (last.Status == "waiting" || last.Positive()) {
			check = last
			return nil
		}
		if last != nil && last.Status == "waiting" { // about other data: its answer will be of no use
			if _, err := tx.ExecContext(ctx, `UPDATE owner_check SET status = 'refused', status_at = ?, text = 'Данные изменены до ответа: спрошено заново.'
				WHERE partner_id = ? AND id = ?`, now, by.PartnerID, last.ID); err != nil {
				return err
			}
		}
		check = &Check{PartnerID: by.PartnerID, OwnerID: owner, Kind: kind, Fingerprint: print, Status: "waiting", StatusAt: now, RequestedAt: now, RequestedBy: by.ID}
		if _, err := tx.NewInsert().Model(check).Exec(ctx); err != nil {
			return fmt.Errorf("insert check: %w", err)
		}
		message, err := exchange.Ask(ctx, tx, now, exchange.Question{Partner: by.PartnerID, Kind: string(kind), Subject: check.ID, Content: content})
		if err != nil {
			return err
		}
		check.MessageID = message
		if _, err := tx.ExecContext(ctx, `UPDATE owner_check SET message_id = ? WHERE partner_id = ? AND id = ?`, message, by.PartnerID, check.ID); err != nil {
			return err
		}
		if err := job.Enqueue(ctx, tx, job.OwnerMoved{Partner: by.PartnerID, Owner: owner}); err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Act{Partner: by.PartnerID, Actor: by.Actor(), Action: "owner.ask_" + string(kind),
			Object: fmt.Sprintf("owner:%d", owner), Org: o.OrgID, Details: map[string]int64{"check": check.ID}})
	})
	return check, err
}

// lastCheck returns the owner's last check of the kind, or nil.
func lastCheck(ctx context.Context, tx bun.IDB, partner, owner int64, kind CheckKind) (*Check, error) {
	var list []Check
	err := tx.NewSelect().Model(&list).Where("partner_id = ? AND owner_id = ? AND kind = ?", partner, owner, kind).OrderExpr("id DESC").Limit(1).Scan(ctx)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

// Current returns the last check of each kind that is about the owner's data as
// they are now; kinds never asked, or asked about other data, are missing.
func Current(ctx context.Context, tx bun.IDB, partner int64, o *Owner, p *Passport) (map[CheckKind]*Check, error) {
	current := map[CheckKind]*Check{}
	for _, kind := range append(CheckKinds[:len(CheckKinds):len(CheckKinds)], FindSNILS) {
		last, err := lastCheck(ctx, tx, partner, o.ID, kind)
		if err != nil {
			return nil, err
		}
		if last != nil && string(last.Fingerprint) == string(fingerprint(kind, o, p)) {
			current[kind] = last
		}
	}
	return current, nil
}

// Checks is the history of the owner's checks, the newest first.
func Checks(ctx context.Context, tx bun.IDB, partner, owner int64) ([]Check, error) {
	var list []Check
	err := tx.NewSelect().Model(&list).ColumnExpr("k.*").
		ColumnExpr("(SELECT name FROM employee WHERE id = k.requested_by) AS requested_name").
		ColumnExpr("(SELECT name FROM employee WHERE id = k.decided_by) AS decided_name").
		ColumnExpr("(SELECT attempts FROM exchange_message WHERE id = k.message_id) AS attempts").
		Where("k.partner_id = ? AND k.owner_id = ?", partner, owner).OrderExpr("k.id DESC").Limit(100).Scan(ctx)
	return list, err
}
