// Package org keeps a partner's client organisations: the card with its
// addresses, heads and bank accounts, the history of every field, the extracts
// dropped into the storage folder and their comparison with the card.
//
// A client comes from the country's register: the record is copied onto the
// card and stays there until somebody takes newer values, so that it is always
// known what was on the card when a certificate was asked for.
package org

import (
	"encoding/json"
	"time"

	"github.com/uptrace/bun"
)

// Organisation is the card's main row.
type Organisation struct {
	bun.BaseModel `bun:"table:organisation,alias:o"`
	ID            int64 `bun:",pk,autoincrement"`
	PartnerID     int64
	Kind          string // legal or sole
	INN           string
	KPP           string
	OGRN          string
	FullName      string
	ShortName     string
	LegalForm     string
	Status        string // active, liquidating, reorganising, excluding, bankrupt, closed, unknown
	StatusText    string
	RegisteredOn  time.Time `bun:",nullzero"`
	TaxOffice     string
	Okved         string
	OkvedName     string
	Activity      string // code of the activity the client declares
	Capital       *int64 // kopecks
	Phone         string
	Email         string
	RegisterDate  time.Time       `bun:",nullzero"` // of the register data on the card
	RegisterCard  json.RawMessage `bun:",type:jsonb,nullzero"`
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

// Name is what the header shows: the short name, or the full one.
func (o *Organisation) Name() string {
	if o.ShortName != "" {
		return o.ShortName
	}
	return o.FullName
}

// editor is who changed the card last.
func (o *Organisation) editor() string {
	if o.UpdatedName == "" {
		return "реестр: данные обновлены из ЕГРЮЛ/ЕГРИП"
	}
	return o.UpdatedName
}

// Sole reports whether this is an entrepreneur (ИП).
func (o *Organisation) Sole() bool { return o.Kind == "sole" }

// StatusChip is the register's state as a chip's kind and word.
func (o *Organisation) StatusChip() (kind, text string) {
	switch o.Status {
	case "active":
		return "done", "Действует"
	case "closed":
		return "stop", "Прекратила деятельность"
	case "liquidating":
		return "wait", "Ликвидация"
	case "reorganising":
		return "wait", "Реорганизация"
	case "excluding":
		return "wait", "Исключается из реестра"
	case "bankrupt":
		return "wait", "Банкротство"
	default:
		return "note", "Состояние неизвестно"
	}
}

// Head acts for the organisation without a power of attorney.
type Head struct {
	bun.BaseModel `bun:"table:org_head,alias:h"`
	ID            int64 `bun:",pk,autoincrement"`
	PartnerID     int64
	OrgID         int64
	Surname       string
	Name          string
	Patronymic    string
	INN           string
	Title         string
	Since         time.Time `bun:",nullzero"`
	Unreliable    bool
	TitleTyped    bool // by hand: the register's is too long or none
}

// FullName is surname, name and patronymic.
func (h Head) FullName() string { return joinWords(h.Surname, h.Name, h.Patronymic) }

// Address of an organisation; one of each kind: legal, actual, postal.
type Address struct {
	bun.BaseModel `bun:"table:org_address,alias:a"`
	ID            int64 `bun:",pk,autoincrement"`
	PartnerID     int64
	OrgID         int64
	Kind          string
	Postcode      string
	Region        string // two digits
	RegionName    string
	Locality      string
	Street        string
	House         string
	FullText      string
	FiasID        string // the innermost object known to the address register
	Unreliable    bool
	PlaceID       string // GUIDs of the parts chosen there
	Area          string // district of a city
	StreetID      string
	Street2       string // of a house on a corner
	Street2ID     string `bun:"street2_id"`
	HouseID       string
	Building      string
	Room          string
	NoStreet      bool
	SameAsLegal   bool
	OKATO         string `bun:"okato"`
	OKTMO         string `bun:"oktmo"`
	Typed         bool   // by hand: the register fills it no more
	Agreed        bool   // the register's, confirmed by FIAS: closed for editing
	Manual        bool   // the address register does not have it
}

// KindRU is the address's kind on screen.
func (a Address) KindRU() string {
	return map[string]string{"legal": "Юридический адрес", "actual": "Фактический адрес", "postal": "Почтовый адрес"}[a.Kind]
}

// BankAccount is a settlement account.
type BankAccount struct {
	bun.BaseModel `bun:"table:org_bank_account,alias:b"`
	ID            int64 `bun:",pk,autoincrement"`
	PartnerID     int64
	OrgID         int64
	BIK           string
	BankName      string
	Account       string
	Corr          string
	Main          bool
}

// Change is one field's change on the card.
type Change struct {
	bun.BaseModel `bun:"table:org_change,alias:c"`
	ID            int64 `bun:",pk,autoincrement"`
	PartnerID     int64
	OrgID         int64
	At            time.Time
	ByID          int64 `bun:",nullzero"`
	Field         string
	OldValue      string
	NewValue      string
	Source        string // register, extract, operator, client, scan
	ByName        string `bun:",scanonly"`
}

// FieldRU is the changed field's name on screen.
func (c Change) FieldRU() string {
	if name, ok := fieldNames[c.Field]; ok {
		return name
	}
	return c.Field
}

// SourceRU is where the new value came from.
func (c Change) SourceRU() string {
	return map[string]string{"register": "реестр", "extract": "выписка", "operator": "оператор", "client": "клиент", "scan": "скан", "dadata": "справочный сервис"}[c.Source]
}

var fieldNames = map[string]string{
	"inn": "ИНН", "kpp": "КПП", "ogrn": "ОГРН", "full_name": "Полное наименование", "short_name": "Краткое наименование",
	"status": "Состояние в реестре", "legal_address": "Юридический адрес", "head": "Руководитель", "head_title": "Должность руководителя",
	"registered_on": "Дата регистрации", "okved": "Основной вид деятельности", "capital": "Уставный капитал", "extract_date": "Дата выписки",
	"phone": "Телефон", "email": "Электронная почта", "actual_address": "Фактический адрес", "postal_address": "Почтовый адрес",
	"account": "Расчётный счёт", "deleted": "Удаление", "tax_office": "Налоговый орган",
	"legal_form": "Правовая форма", "address_doubt": "Достоверность адреса", "activity": "Заявленный вид деятельности",
}
