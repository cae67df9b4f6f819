package main

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/ident"
	"signdesk/internal/staff"
)

type partnerCmd struct {
	Add partnerAddCmd `cmd:"" help:"Make a partner with its first centre and administrator."`
}

type partnerAddCmd struct {
	Name   string `required:"" help:"The partner's name, such as ООО «Ромашка»."`
	INN    string `name:"inn" required:"" help:"Its INN."`
	OGRN   string `name:"ogrn" required:"" help:"Its OGRN or OGRNIP."`
	Centre string `required:"" help:"The first service centre."`
	Admin  string `required:"" help:"The administrator's surname, name and patronymic."`
	Login  string `required:"" help:"The administrator's login."`
	Email  string `help:"His e-mail; by it the provider of OIDC_ISSUER knows him at the first sign-in."`
}

// Run makes an installation's first people: everybody else is added on the
// screens by the administrator. It prints his password, once; with a provider of
// sign-ins (OIDC_ISSUER) he needs none.
func (c *partnerAddCmd) Run(e *env) error {
	kind := "ogrn"
	if len(c.OGRN) == 15 {
		kind = "ogrnip"
	}
	for kind, value := range map[string]string{"inn": c.INN, kind: c.OGRN} {
		if err := ident.Check(kind, value, ""); err != nil {
			return usageError{fmt.Errorf("--%s: %w", kind, err)}
		}
	}
	d, cfg, done, err := openDB(e)
	if err != nil {
		return err
	}
	defer done()
	if cfg.OIDC.Issuer != "" && c.Email == "" {
		return usageError{fmt.Errorf("--email: sign-in goes through %s, which knows people by e-mail", cfg.OIDC.Issuer)}
	}
	var admin int64
	err = d.Tx(e.ctx, 0, func(ctx context.Context, tx bun.IDB) error {
		partner, centre, err := staff.AddPartner(ctx, tx, c.Name, c.INN, c.OGRN, c.Centre)
		if err != nil {
			return err
		}
		if admin, err = staff.AddEmployee(ctx, tx, partner, centre, "admin", c.Login, c.Admin, c.Email, ""); err != nil {
			return err
		}
		// the journal is behind the wall of the partner who has just come to be
		if _, err := tx.ExecContext(ctx, `SELECT set_config('app.partner', ?::text, true)`, partner); err != nil {
			return err
		}
		return audit.Write(ctx, tx, e.now(), audit.Act{Partner: partner, Actor: audit.Program, Action: "partner.add", Object: fmt.Sprintf("partner:%d", partner)})
	})
	if err != nil {
		return err
	}
	if cfg.OIDC.Issuer != "" {
		fmt.Fprintf(e.stdout, "%s signs in at %s\n", c.Login, cfg.OIDC.Issuer)
		return nil
	}
	by, err := staff.Load(e.ctx, d, admin)
	if err != nil {
		return err
	}
	password, err := staff.ResetPassword(e.ctx, d, by, e.now(), admin)
	if err != nil {
		return err
	}
	fmt.Fprintf(e.stdout, "%s %s\n", c.Login, password)
	return nil
}
