package cert

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/db"
	"signdesk/internal/document"
	"signdesk/internal/fault"
	"signdesk/internal/file"
	"signdesk/internal/job"
	"signdesk/internal/org"
	"signdesk/internal/owner"
	"signdesk/internal/staff"
)

// PrintReceipt renders the receipt of the case's certificate and keeps it among
// the printed papers. Printed once, it stays as it was: what the owner signs is
// what opens later (F228, F235).
func PrintReceipt(ctx context.Context, d *db.DB, files *file.Store, by *staff.Employee, now time.Time, caseNumber string, certificate int64) error {
	if err := by.Must(staff.ApplicationWork); err != nil {
		return err
	}
	return d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		c, err := lockCertificate(ctx, tx, by.PartnerID, certificate)
		if err != nil || !c.ReceiptPrintedAt.IsZero() {
			return err
		}
		if c.InstalledAt.IsZero() {
			return fault.New(fault.Conflict, "Сначала установите сертификат на носитель.")
		}
		paper, err := receipt(ctx, tx, by, now, caseNumber, c)
		if err != nil {
			return err
		}
		pdf, err := paper.PDF()
		if err != nil {
			return err
		}
		f := &file.File{PartnerID: by.PartnerID, OrgID: c.OrgID, OwnerID: c.OwnerID, Folder: file.Printed,
			Name: "Расписка " + caseNumber + ".pdf", Mime: "application/pdf", CreatedAt: now, CreatedBy: by.ID}
		if err := files.Add(ctx, tx, f, pdf); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE certificate SET receipt_printed_at = ?, receipt_printed_by = ?, receipt_file_id = ? WHERE partner_id = ? AND id = ?`,
			now, by.ID, f.ID, by.PartnerID, c.ID); err != nil {
			return err
		}
		return stamped(ctx, tx, by, now, c, "cert.receipt_printed")
	})
}

func receipt(ctx context.Context, tx bun.IDB, by *staff.Employee, now time.Time, caseNumber string, c *Certificate) (*document.Receipt, error) {
	o, err := org.Find(ctx, tx, by.PartnerID, c.OrgID)
	if err != nil {
		return nil, err
	}
	w, err := owner.Find(ctx, tx, by.PartnerID, c.OwnerID)
	if err != nil {
		return nil, err
	}
	p, err := owner.PassportOf(ctx, tx, by.PartnerID, c.OwnerID)
	if err != nil {
		return nil, err
	}
	zone := by.Location()
	paper := fmt.Sprintf("%s %s № %s", p.TypeRU(), p.Series, p.Number)
	if p.IssuedBy != "" {
		paper += ", выдан: " + p.IssuedBy
	}
	if !p.IssuedOn.IsZero() {
		paper += " " + p.IssuedOn.Format("02.01.2006")
	}
	return &document.Receipt{CaseNumber: caseNumber, Owner: w.FullName(), Title: w.Title, Organisation: o.Name() + ", ИНН " + o.INN, Document: paper,
		Serial: c.Serial, Issuer: issuerName(c), NotBefore: c.NotBefore.In(zone), NotAfter: c.NotAfter.In(zone),
		CarrierType: CarrierRU(c.CarrierType), CarrierNumber: c.CarrierNumber, Centre: by.CentreName, Employee: by.Name, Date: now.In(zone)}, nil
}

// OpenReceipt returns the receipt as it was printed. It names a passport, so
// the look is logged.
func OpenReceipt(ctx context.Context, d *db.DB, files *file.Store, by *staff.Employee, now time.Time, certificate int64) (pdf []byte, err error) {
	if err := by.Must(staff.ApplicationWork, staff.ApplicationReview); err != nil {
		return nil, err
	}
	err = d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		c, err := Find(ctx, tx, by.PartnerID, certificate)
		if err != nil {
			return err
		}
		if c.ReceiptPrintedAt.IsZero() {
			return fault.New(fault.NotFound, "Расписка ещё не печаталась: откройте заявку, шаг «Расписка».")
		}
		f, err := file.Get(ctx, tx, by.PartnerID, c.ReceiptFileID)
		if err != nil {
			return err
		}
		if pdf, err = files.Read(f); err != nil {
			return err
		}
		return audit.Looked(ctx, tx, now, by.PartnerID, by.Actor(), fmt.Sprintf("passport:%d", c.OwnerID), "расписка о получении сертификата")
	})
	return pdf, err
}

// ConfirmReceipt notes that the owner has signed the receipt: he has read the
// certificate's printed form and has the security guide (F231).
func ConfirmReceipt(ctx context.Context, d *db.DB, by *staff.Employee, now time.Time, certificate int64) error {
	if err := by.Must(staff.ApplicationWork); err != nil {
		return err
	}
	return d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		c, err := lockCertificate(ctx, tx, by.PartnerID, certificate)
		if err != nil || !c.ReceiptConfirmedAt.IsZero() {
			return err
		}
		if c.ReceiptPrintedAt.IsZero() {
			return fault.New(fault.Conflict, "Сначала распечатайте расписку: владелец подписывает её.")
		}
		if _, err := tx.ExecContext(ctx, `UPDATE certificate SET receipt_confirmed_at = ?, receipt_confirmed_by = ? WHERE partner_id = ? AND id = ?`,
			now, by.ID, by.PartnerID, c.ID); err != nil {
			return err
		}
		return stamped(ctx, tx, by, now, c, "cert.receipt_confirmed")
	})
}

// stamped tells the case and the journal what was done with the certificate.
func stamped(ctx context.Context, tx bun.IDB, by *staff.Employee, now time.Time, c *Certificate, action string) error {
	if err := job.Enqueue(ctx, tx, job.CaseMoved{Partner: by.PartnerID, Application: c.ApplicationID}); err != nil {
		return err
	}
	return audit.Write(ctx, tx, now, audit.Act{Partner: by.PartnerID, Actor: by.Actor(), Action: action, Object: fmt.Sprintf("certificate:%d", c.ID), Org: c.OrgID})
}
