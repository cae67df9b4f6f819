package revoke

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/cert"
	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/file"
	"signdesk/internal/job"
	"signdesk/internal/staff"
)

// MaxWords bounds what people write, in characters.
const MaxWords = 500

// Wish is what the form asks for.
type Wish struct {
	Certificate int64
	Reason      int
	Words       string
	Base        *Base // nil = none yet (F247)
}

// Base is the document it rests on.
type Base struct {
	Name    string
	Content []byte
}

// Ask makes the application (F243, F246): an operator's own act that takes
// effect when a second person has approved it.
func Ask(ctx context.Context, d *db.DB, files *file.Store, by *staff.Employee, now time.Time, w Wish) (id int64, err error) {
	if err := by.Must(staff.ApplicationWork); err != nil {
		return 0, err
	}
	wrong := fault.Fields{}
	if ReasonRU(w.Reason) == "" {
		wrong.Add("reason", "Выберите причину из списка.")
	}
	w.Words = words(wrong, "words", w.Words)
	mime := w.Base.check(wrong)
	if err := wrong.Err(); err != nil {
		return 0, err
	}
	err = d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		c, err := cert.Find(ctx, tx, by.PartnerID, w.Certificate)
		if err != nil {
			return err
		}
		switch {
		case !c.RevokedAt.IsZero():
			return fault.New(fault.Conflict, "Сертификат уже аннулирован.")
		case now.After(c.NotAfter):
			return fault.New(fault.Conflict, "Срок сертификата закончился: аннулировать нечего.")
		}
		v := &Revocation{PartnerID: by.PartnerID, OrgID: c.OrgID, OwnerID: c.OwnerID, CertificateID: c.ID, Status: Asked, StatusAt: now,
			Reason: w.Reason, Words: w.Words, AskedAt: now, AskedBy: by.ID}
		res, err := tx.NewInsert().Model(v).On("CONFLICT (certificate_id) WHERE status NOT IN ('declined', 'withdrawn', 'refused') DO NOTHING").Returning("id").Exec(ctx)
		if err != nil {
			return fmt.Errorf("insert revocation: %w", err)
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return fault.New(fault.Conflict, "Заявка на аннулирование этого сертификата уже есть.")
		}
		id = v.ID
		if err := note(ctx, tx, now, v, by.ID, "note", "Заявка создана: "+ReasonRU(v.Reason)+". "+v.Words); err != nil {
			return err
		}
		if w.Base != nil {
			if err := keepBase(ctx, tx, files, by, now, v, w.Base, mime); err != nil {
				return err
			}
		}
		return audit.Write(ctx, tx, now, audit.Act{Partner: v.PartnerID, Actor: by.Actor(), Action: "cert.revocation_asked", Object: v.object(), Org: v.OrgID,
			Details: map[string]any{"certificate": c.ID, "reason": v.Reason}})
	})
	return id, err
}

// words checks what people write at the field.
func words(wrong fault.Fields, field, text string) string {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		wrong.Add(field, "Укажите причину: её увидят проверяющий и архив.")
	case utf8.RuneCountInString(text) > MaxWords:
		wrong.Add(field, fmt.Sprintf("Не больше %d знаков, сейчас %d.", MaxWords, utf8.RuneCountInString(text)))
	}
	return text
}

func (b *Base) check(wrong fault.Fields) (mime string) {
	if b == nil {
		return ""
	}
	switch mime = file.ScanType(b.Content); {
	case len(b.Content) == 0:
		wrong.Add("base", "Выберите файл; пустой не принимается.")
	case len(b.Content) > file.MaxDesk:
		wrong.Add("base", "Файл больше 10 МБ: отсканируйте с разрешением 200–400 dpi.")
	case mime == "":
		wrong.Add("base", "Это не скан: нужен JPEG, PNG, PDF, TIFF или GIF. Имя файла может быть любым, важно содержимое.")
	}
	return mime
}

func keepBase(ctx context.Context, tx bun.IDB, files *file.Store, by *staff.Employee, now time.Time, v *Revocation, b *Base, mime string) error {
	f := &file.File{PartnerID: v.PartnerID, OrgID: v.OrgID, OwnerID: v.OwnerID, Folder: file.Scan, Name: b.Name, Mime: mime, CreatedAt: now, CreatedBy: by.ID}
	if err := files.Add(ctx, tx, f, b.Content); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE revocation SET base_file_id = ? WHERE partner_id = ? AND id = ?`, f.ID, v.PartnerID, v.ID); err != nil {
		return err
	}
	return note(ctx, tx, now, v, by.ID, "note", "Приложен документ-основание: "+f.Name+".")
}

// Attach adds the base document, or another one in its place, at any time (F247).
func Attach(ctx context.Context, d *db.DB, files *file.Store, by *staff.Employee, now time.Time, id int64, b Base) error {
	if err := by.Must(staff.ApplicationWork); err != nil {
		return err
	}
	wrong := fault.Fields{}
	mime := b.check(wrong)
	if err := wrong.Err(); err != nil {
		return err
	}
	return d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		v, err := lock(ctx, tx, by.PartnerID, id)
		if err != nil {
			return err
		}
		if err := keepBase(ctx, tx, files, by, now, v, &b, mime); err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Act{Partner: v.PartnerID, Actor: by.Actor(), Action: "cert.revocation_base", Object: v.object(), Org: v.OrgID})
	})
}

// Approve sends it to the authority. Nobody approves what he asked for.
func Approve(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, id int64) error {
	return decide(ctx, d, by, now, id, Approved, "")
}

// Decline ends it with a reason (F249).
func Decline(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, id int64, why string) error {
	wrong := fault.Fields{}
	why = words(wrong, "why", why)
	if err := wrong.Err(); err != nil {
		return err
	}
	return decide(ctx, d, by, now, id, Declined, why)
}

func decide(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, id int64, to Status, text string) error {
	if err := by.Must(staff.ApplicationReview); err != nil {
		return err
	}
	return d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		v, err := lock(ctx, tx, by.PartnerID, id)
		switch {
		case err != nil:
			return err
		case v.AskedBy == by.ID:
			return fault.New(fault.Forbidden, "Заявку подали вы: решить о ней должен другой сотрудник.")
		case v.Status == to:
			return nil // pressed twice
		case v.Status != Asked:
			return fault.New(fault.Conflict, "О заявке уже решено: «"+v.Status.RU()+"».")
		}
		transaction := make([]byte, 16)
		rand.Read(transaction)
		if _, err := tx.ExecContext(ctx, `UPDATE revocation SET decided_at = ?, decided_by = ?, transaction_id = ?, next_at = CASE WHEN ? THEN ?::timestamptz END WHERE partner_id = ? AND id = ?`,
			now, by.ID, transaction, to == Approved, now, v.PartnerID, v.ID); err != nil {
			return err
		}
		if err := set(ctx, tx, by, now, v, to, text); err != nil || to != Approved {
			return err
		}
		return job.Enqueue(ctx, tx, job.Revoke{Partner: v.PartnerID, Revocation: v.ID})
	})
}

// Withdraw takes it back before it is decided: its author's right, with a reason (F250).
func Withdraw(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, id int64, why string) error {
	if err := by.Must(staff.ApplicationWork); err != nil {
		return err
	}
	wrong := fault.Fields{}
	why = words(wrong, "why", why)
	if err := wrong.Err(); err != nil {
		return err
	}
	return d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		v, err := lock(ctx, tx, by.PartnerID, id)
		switch {
		case err != nil:
			return err
		case v.AskedBy != by.ID:
			return fault.New(fault.Forbidden, "Заявку подал другой сотрудник: отозвать её может только он.")
		case v.Status == Withdrawn:
			return nil
		case v.Status != Asked:
			return fault.New(fault.Conflict, "Отозвать уже нельзя: «"+v.Status.RU()+"».")
		}
		return set(ctx, tx, by, now, v, Withdrawn, why)
	})
}
