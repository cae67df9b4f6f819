package org

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/fault"
	"signdesk/internal/ident"
)

// checkAccount wants all of an account or nothing of it (F016: roubles, by the
// currency digits; a personal account of the treasury is none of a firm's).
func (r Requisites) checkAccount(wrong fault.Fields) {
	if r.Account == "" && r.BIK == "" && r.Corr == "" && r.BankName == "" {
		return
	}
	if err := ident.BIK(r.BIK); err != nil {
		wrong.Add("bik", err.Error())
		return
	}
	switch err := ident.Account(r.Account, r.BIK); {
	case err != nil:
		wrong.Add("account", err.Error())
	case r.Account[5:8] != "810" && r.Account[5:8] != "643":
		wrong.Add("account", "Основным может быть только рублёвый счёт: знаки 6–8 — 810.")
	}
	if r.Corr != "" {
		if err := ident.CorrAccount(r.Corr, r.BIK); err != nil {
			wrong.Add("corr", err.Error())
		}
	}
}

// saveAccount makes the account the main one; none given takes the main one off the card.
func saveAccount(ctx context.Context, tx bun.IDB, now time.Time, o *Organisation, by int64, r Requisites) error {
	var was BankAccount
	if err := tx.QueryRowContext(ctx, `SELECT account, bik FROM org_bank_account WHERE partner_id = ? AND org_id = ? AND main`,
		o.PartnerID, o.ID).Scan(&was.Account, &was.BIK); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if err := note(ctx, tx, now, o, by, "operator", "account", was.line(), BankAccount{Account: r.Account, BIK: r.BIK}.line()); err != nil {
		return err
	}
	if r.Account == "" {
		_, err := tx.ExecContext(ctx, `DELETE FROM org_bank_account WHERE partner_id = ? AND org_id = ? AND main`, o.PartnerID, o.ID)
		return err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE org_bank_account SET main = false WHERE partner_id = ? AND org_id = ?`, o.PartnerID, o.ID); err != nil {
		return err
	}
	_, err := tx.NewInsert().Model(&BankAccount{PartnerID: o.PartnerID, OrgID: o.ID, BIK: r.BIK, BankName: r.BankName, Account: r.Account, Corr: r.Corr, Main: true}).
		On("CONFLICT (partner_id, org_id, account) DO UPDATE").Set("bik = EXCLUDED.bik, bank_name = EXCLUDED.bank_name, corr = EXCLUDED.corr, main = true").Exec(ctx)
	return err
}

// line is the account in the history.
func (b BankAccount) line() string {
	if b.Account == "" {
		return ""
	}
	return b.Account + ", БИК " + b.BIK
}
