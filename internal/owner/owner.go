// Package owner keeps the people certificates are issued to: who they are,
// their identity papers, and what the registers answered about them.
//
// A check is a question to a register about the data as they were when it was
// asked; its fingerprint says which. Data changed later need a new check, and a
// positive answer about other data opens nothing.
package owner

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/db"
)

// Owner is the person a certificate is issued to.
type Owner struct {
	bun.BaseModel `bun:"table:owner,alias:w"`
	ID            int64 `bun:",pk,autoincrement"`
	PartnerID     int64
	OrgID         int64
	Surname       string
	Name          string
	Patronymic    string
	SNILS         string `bun:"snils"` // 11 digits
	INN           string // 12 digits
	Title         string
	Department    string
	Region        string // two digits
	RegionName    string
	Locality      string
	Address       string
	Email         string
	Phone         string
	IsHead        bool
	Version       int
	CreatedAt     time.Time
	CreatedBy     int64 `bun:",nullzero"`
	UpdatedAt     time.Time
	UpdatedBy     int64     `bun:",nullzero"`
	DeletedAt     time.Time `bun:",nullzero"`
	DeletedBy     int64     `bun:",nullzero"`
	Deleted       bool
	CreatedName   string `bun:",scanonly"`
	UpdatedName   string `bun:",scanonly"`
	DeletedName   string `bun:",scanonly"`
}

// FullName is surname, name and patronymic.
func (o *Owner) FullName() string {
	s := o.Surname
	for _, w := range []string{o.Name, o.Patronymic} {
		if w != "" {
			s += " " + w
		}
	}
	return s
}

// Passport is the owner's identity paper; there is one row for each owner.
type Passport struct {
	bun.BaseModel `bun:"table:passport,alias:p"`
	OwnerID       int64 `bun:",pk"`
	PartnerID     int64
	DocType       string
	Citizenship   string // OKSM, three letters
	Series        string
	Number        string
	Code          string // код подразделения, 6 digits
	IssuedBy      string
	IssuedOn      time.Time `bun:",nullzero"`
	ValidUntil    time.Time `bun:",nullzero"`
	Sex           string    // M or F
	BirthDate     time.Time `bun:",nullzero"`
	BirthPlace    string
	Version       int
	UpdatedAt     time.Time
	UpdatedBy     int64 `bun:",nullzero"`
}

// DocTypes are the kinds of identity papers, in the order of the list.
var DocTypes = []struct{ Code, Name string }{
	{"rf_passport", "Паспорт гражданина РФ"},
	{"foreign_passport", "Паспорт иностранного гражданина"},
	{"residence_permit", "Вид на жительство"},
	{"temporary_permit", "Разрешение на временное проживание"},
	{"refugee", "Удостоверение беженца"},
	{"other", "Другой документ"},
}

// TypeRU is the paper's kind on screen.
func (p *Passport) TypeRU() string {
	for _, t := range DocTypes {
		if t.Code == p.DocType {
			return t.Name
		}
	}
	return p.DocType
}

// Find returns the partner's owner with the names of its stamps.
func Find(ctx context.Context, tx bun.IDB, partner, id int64) (*Owner, error) {
	var o Owner
	err := tx.NewSelect().Model(&o).ColumnExpr("w.*").
		ColumnExpr("(SELECT name FROM employee WHERE id = w.created_by) AS created_name").
		ColumnExpr("(SELECT name FROM employee WHERE id = w.updated_by) AS updated_name").
		ColumnExpr("(SELECT name FROM employee WHERE id = w.deleted_by) AS deleted_name").
		Where("w.partner_id = ? AND w.id = ?", partner, id).Scan(ctx)
	if err != nil {
		return nil, db.Missing(err)
	}
	return &o, nil
}

// List returns the organisation's owners by name.
func List(ctx context.Context, tx bun.IDB, partner, org int64) ([]Owner, error) {
	var list []Owner
	err := tx.NewSelect().Model(&list).Where("partner_id = ? AND org_id = ? AND NOT deleted", partner, org).
		OrderExpr("is_head DESC, surname, name, id").Limit(500).Scan(ctx)
	return list, err
}

// PassportOf returns the owner's paper; an empty one when none was typed yet.
func PassportOf(ctx context.Context, tx bun.IDB, partner, owner int64) (*Passport, error) {
	var list []Passport
	if err := tx.NewSelect().Model(&list).Where("partner_id = ? AND owner_id = ?", partner, owner).Scan(ctx); err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return &Passport{OwnerID: owner, PartnerID: partner, DocType: "rf_passport", Citizenship: "RUS"}, nil
	}
	return &list[0], nil
}

// lock returns the owner's row locked for a change.
func lock(ctx context.Context, tx bun.IDB, partner, id int64) (*Owner, error) {
	var o Owner
	err := tx.NewSelect().Model(&o).Where("partner_id = ? AND id = ?", partner, id).For("NO KEY UPDATE").Scan(ctx)
	if err != nil {
		return nil, db.Missing(err)
	}
	return &o, nil
}
