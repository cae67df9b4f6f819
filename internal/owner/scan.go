package owner

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/internal/file"
	"signdesk/internal/staff"
)

// Scan is a picture of the paper that a register could not confirm.
type Scan struct {
	Kind       CheckKind
	Name       string
	Content    []byte
	Understood bool // the tick of F098: a bad scan means a refusal
}

func (s Scan) mime() (string, error) {
	wrong := fault.Fields{}
	mime := file.ScanType(s.Content)
	switch {
	case len(s.Content) == 0:
		wrong.Add("scan", "Выберите файл со сканом.")
	case len(s.Content) > file.MaxDesk:
		wrong.Add("scan", "Файл больше 10 МБ: отсканируйте с разрешением 200–400 dpi.")
	case mime == "":
		wrong.Add("scan", "Это не скан: нужен JPEG, PNG, PDF, TIFF или GIF. Имя файла может быть любым, важно содержимое.")
	}
	if !s.Understood {
		wrong.Add("understood", "Без этой отметки скан не принимается.")
	}
	return mime, wrong.Err()
}

// Submit stores the scan and puts the check before the second pair of eyes. A
// question that waits keeps waiting: if the register answers first, its word counts.
func Submit(ctx context.Context, d *db.DB, files *file.Store, by *staff.Employee, now time.Time, id int64, s Scan) error {
	if err := by.Must(staff.ApplicationWork); err != nil {
		return err
	}
	mime, err := s.mime()
	if err != nil {
		return err
	}
	return d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		o, err := lock(ctx, tx, by.PartnerID, id)
		if err != nil {
			return err
		}
		p, err := PassportOf(ctx, tx, by.PartnerID, id)
		if err != nil {
			return err
		}
		if p.Version == 0 {
			return fault.New(fault.Invalid, "Сначала заполните паспортные данные.")
		}
		check, err := checkForScan(ctx, tx, by, now, o, p, s.Kind)
		if err != nil {
			return err
		}
		f := &file.File{PartnerID: by.PartnerID, OrgID: o.OrgID, OwnerID: o.ID, Folder: file.Scan, Name: s.Name, Mime: mime, CreatedAt: now, CreatedBy: by.ID}
		if err := files.Add(ctx, tx, f, s.Content); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE owner_check SET scan_file_id = ? WHERE partner_id = ? AND id = ?`, f.ID, by.PartnerID, check); err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Act{Partner: by.PartnerID, Actor: by.Actor(), Action: "owner.submit_scan",
			Object: fmt.Sprintf("owner:%d", id), Org: o.OrgID, Details: map[string]any{"check": check, "kind": s.Kind}})
	})
}

// checkForScan is the check of the data as they are now; papers that no
// register is asked about get one that only a person can decide.
func checkForScan(ctx context.Context, tx bun.IDB, by *staff.Employee, now time.Time, o *Owner, p *Passport, kind CheckKind) (int64, error) {
	if kind.NameRU() == "" {
		return 0, fault.Missing()
	}
	current, err := Current(ctx, tx, by.PartnerID, o, p)
	if err != nil {
		return 0, err
	}
	if c := current[kind]; c != nil {
		if c.Positive() {
			return 0, fault.New(fault.Conflict, "Проверка уже пройдена: скан не нужен.")
		}
		return c.ID, nil
	}
	if p.DocType == "rf_passport" || kind == CheckSNILS {
		return 0, fault.New(fault.Invalid, "Сначала отправьте проверку в СМЭВ: скан нужен, только если она не удалась или задерживается.")
	}
	c := &Check{PartnerID: by.PartnerID, OwnerID: o.ID, Kind: kind, Fingerprint: fingerprint(kind, o, p), Status: "refused", StatusAt: now,
		Text: "По СМЭВ этот документ не проверяется: решает проверяющий по скану.", RequestedAt: now, RequestedBy: by.ID}
	if _, err := tx.NewInsert().Model(c).Exec(ctx); err != nil {
		return 0, fmt.Errorf("insert check: %w", err)
	}
	return c.ID, nil
}

// LookAtScan returns a scan of the owner's for showing, and logs the look.
func LookAtScan(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, id int64, scan uuid.UUID, reason string) (*file.File, error) {
	if err := mayLook(by, reason); err != nil {
		return nil, err
	}
	var f *file.File
	err := d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) (err error) {
		if f, err = file.Get(ctx, tx, by.PartnerID, scan); err != nil {
			return err
		}
		if f.OwnerID != id || f.Folder != file.Scan {
			return fault.Missing()
		}
		return audit.Looked(ctx, tx, now, by.PartnerID, by.Actor(), fmt.Sprintf("scan:%d", id), reason)
	})
	return f, err
}
