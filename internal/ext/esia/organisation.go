package esia

import (
	"context"
	"errors"
)

// Role is an organisation the person is an employee of.
type Role struct {
	OID                 string // of the organisation
	FullName, ShortName string
	OGRN                string
	Type                string // LEGAL, BUSINESS (sole trader), AGENCY (authority)
	Chief               bool   // may act without a power of attorney
	Admin               bool   // administers the organisation's profile at ESIA
	Active              bool
}

// Roles reads the organisations of the person (scope usr_org or any of
// OrgScope). The error is *Error.
func (c *Client) Roles(ctx context.Context, s *Session) ([]Role, error) {
	type role struct {
		OID       number `json:"oid"`
		FullName  string `json:"fullName"`
		ShortName string `json:"shortName"`
		OGRN      string `json:"ogrn"`
		Type      string `json:"type"`
		Chief     truth  `json:"chief"`
		Admin     truth  `json:"admin"`
		Active    truth  `json:"active"`
	}
	var all collection[role]
	if err := c.get(ctx, s, "roles", c.person(s)+"/roles", &all); err != nil {
		return nil, err
	}
	out := make([]Role, len(all.Elements))
	for i, x := range all.Elements {
		out[i] = Role{string(x.OID), x.FullName, x.ShortName, x.OGRN, x.Type, bool(x.Chief), bool(x.Admin), bool(x.Active)}
	}
	return out, nil
}

// Organisation is what ESIA keeps of a legal person or sole trader.
type Organisation struct {
	OID                 string
	FullName, ShortName string
	Type                string
	OGRN, INN, KPP      string
	Liquidated          bool
}

// Organisation reads one of the person's organisations (scopes org_fullname,
// org_shortname, org_type, org_ogrn, org_inn, org_kpp for it). The error is *Error.
func (c *Client) Organisation(ctx context.Context, s *Session, oid string) (*Organisation, error) {
	var n number
	if err := n.UnmarshalJSON([]byte(oid)); err != nil {
		return nil, trouble("organisation", kindNotFound, errors.New("oid is not digits"))
	}
	var o struct {
		FullName   string `json:"fullName"`
		ShortName  string `json:"shortName"`
		Type       string `json:"type"`
		OGRN       string `json:"ogrn"`
		INN        string `json:"inn"`
		KPP        string `json:"kpp"`
		Liquidated truth  `json:"isLiquidated"`
	}
	if err := c.get(ctx, s, "organisation", c.address(c.OrgsPath, orgsPath)+"/"+oid, &o); err != nil {
		return nil, err
	}
	return &Organisation{oid, o.FullName, o.ShortName, o.Type, o.OGRN, o.INN, o.KPP, bool(o.Liquidated)}, nil
}
