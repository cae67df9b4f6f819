package dadata

import "time"

// Suggestion is one line of an answer.
type Suggestion[T any] struct {
	Value        string `json:"value"`
	Unrestricted string `json:"unrestricted_value"`
	Data         T      `json:"data"`
}

// Party is an organisation (LEGAL) or an entrepreneur (INDIVIDUAL).
type Party struct {
	Type       string   `json:"type"`
	INN        string   `json:"inn"`
	KPP        string   `json:"kpp"`
	OGRN       string   `json:"ogrn"`
	OGRNDate   *Moment  `json:"ogrn_date"`
	BranchType string   `json:"branch_type"`
	Form       Form     `json:"opf"`
	Name       Name     `json:"name"`
	Person     *Person  `json:"fio"`
	Management *Manager `json:"management"`
	State      State    `json:"state"`
	OKVED      string   `json:"okved"`
	Address    *Address `json:"address"`
}

// Form is the legal form by ОКОПФ.
type Form struct {
	Code  string `json:"code"`
	Full  string `json:"full"`
	Short string `json:"short"`
}

// Name is the organisation's, with its legal form.
type Name struct {
	Full  string `json:"full_with_opf"`
	Short string `json:"short_with_opf"`
}

// Person is the entrepreneur.
type Person struct {
	Surname    string `json:"surname"`
	Name       string `json:"name"`
	Patronymic string `json:"patronymic"`
}

// Manager is the head: name and title.
type Manager struct {
	Name string `json:"name"`
	Post string `json:"post"`
}

// State says whether the organisation lives: ACTIVE, LIQUIDATING, LIQUIDATED,
// BANKRUPT, REORGANIZING.
type State struct {
	Status     string  `json:"status"`
	Code       string  `json:"code"`
	Actual     *Moment `json:"actuality_date"` // as of when the service knows it
	Registered *Moment `json:"registration_date"`
	Liquidated *Moment `json:"liquidation_date"`
}

// Address is the seat.
type Address struct {
	Value        string        `json:"value"`
	Unrestricted string        `json:"unrestricted_value"`
	Doubt        *Invalidity   `json:"invalidity"`
	Data         *AddressParts `json:"data"`
}

// Invalidity is the register's word on an unreliable address.
type Invalidity struct {
	Code     string `json:"code"`
	Decision any    `json:"decision"`
}

// AddressParts are the parts of an address, with their kinds.
type AddressParts struct {
	PostCode   string `json:"postal_code"`
	RegionKLA  string `json:"region_kladr_id"`
	Region     string `json:"region_with_type"`
	Area       string `json:"area_with_type"`
	City       string `json:"city_with_type"`
	Settlement string `json:"settlement_with_type"`
	Street     string `json:"street_with_type"`
	HouseType  string `json:"house_type"`
	House      string `json:"house"`
	BlockType  string `json:"block_type"`
	Block      string `json:"block"`
	FlatType   string `json:"flat_type"`
	Flat       string `json:"flat"`
	FIAS       string `json:"fias_id"`
}

// Moment is milliseconds since 1970.
type Moment int64

// Time is the moment; a missing one is zero.
func (m *Moment) Time() time.Time {
	if m == nil {
		return time.Time{}
	}
	return time.UnixMilli(int64(*m)).UTC()
}
