package staff

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/db"
	"signdesk/internal/fault"
)

// Attempt limits: an account rests after maxFailures wrong passwords in a row,
// an address after maxAddressFailures within the same time.
const (
	maxFailures        = 5
	maxAddressFailures = 30
	restTime           = 15 * time.Minute
)

// nobody() is compared with when the login is unknown, so that the answer takes as long.
var nobody = sync.OnceValue(func() string { return HashPassword("nobody has this password") })

func wrongPassword() error {
	return &fault.Error{Kind: fault.Invalid, Text: "Неверный логин или пароль.",
		Fields: map[string]string{"password": "Неверный логин или пароль. Проверьте раскладку и Caps Lock."}}
}

// SignIn checks login and password and returns the employee. Every failure is
// counted against the account and the network address.
func SignIn(ctx context.Context, d *db.DB, now time.Time, login, password, address string) (*Employee, error) {
	login = strings.ToLower(strings.TrimSpace(login))
	if err := addressRests(ctx, d, now, address); err != nil {
		return nil, err
	}
	var id int64
	var hash string
	err := d.Plain().QueryRowContext(ctx, `SELECT id, password_hash FROM employee WHERE login = ? AND active`, login).Scan(&id, &hash)
	if errors.Is(err, sql.ErrNoRows) {
		passwordFits(nobody(), password)
		return nil, failed(ctx, d, now, address)
	}
	if err != nil {
		return nil, fmt.Errorf("sign in: %w", err)
	}
	if err := attempt(ctx, d, now, id); err != nil {
		return nil, err
	}
	if !passwordFits(hash, password) {
		return nil, failed(ctx, d, now, address)
	}
	return enter(ctx, d, now, id, "staff.sign_in")
}

// attempt counts before the password is looked at, so that many attempts at one
// moment get no more tries than one after the other. A success clears the count.
func attempt(ctx context.Context, d *db.DB, now time.Time, id int64) error {
	err := db.Swapped(d.Plain().ExecContext(ctx, `UPDATE employee SET failed_attempts = failed_attempts + 1,
		locked_until = CASE WHEN (failed_attempts + 1) % ? = 0 THEN ?::timestamptz END
		WHERE id = ? AND (locked_until IS NULL OR locked_until <= ?)`, maxFailures, now.Add(restTime), id, now))
	if fault.Is(err, fault.Conflict) {
		return fault.New(fault.TooMany, "Слишком много неверных паролей. Вход откроется через 15 минут или обратитесь к администратору.")
	}
	return err
}

// CheckPassword asks the signed-in employee's password again, under the same limits.
func CheckPassword(ctx context.Context, d *db.DB, now time.Time, by *Employee, password, address string) error {
	_, err := SignIn(ctx, d, now, by.Login, password, address)
	return err
}

// enter clears the failures, notes the sign-in and loads the employee.
func enter(ctx context.Context, d *db.DB, now time.Time, id int64, action string) (*Employee, error) {
	e, err := Load(ctx, d, id)
	if err != nil {
		return nil, err
	}
	return e, d.Tx(ctx, e.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		if _, err := tx.ExecContext(ctx, `UPDATE employee SET failed_attempts = 0, locked_until = NULL WHERE id = ?`, id); err != nil {
			return err
		}
		return audit.Write(ctx, tx, now, audit.Act{Partner: e.PartnerID, Actor: e.Actor(), Action: action, Object: fmt.Sprintf("employee:%d", id)})
	})
}

// failed counts the failure and says only that login or password is wrong.
func failed(ctx context.Context, d *db.DB, now time.Time, address string) error {
	if _, err := d.Plain().ExecContext(ctx, `INSERT INTO sign_in_failure (address, at) VALUES (?, ?)`, address, now); err != nil {
		return err
	}
	return wrongPassword()
}

func addressRests(ctx context.Context, d *db.DB, now time.Time, address string) error {
	var n int
	if err := d.Plain().QueryRowContext(ctx, `SELECT count(*) FROM sign_in_failure WHERE address = ? AND at > ?`, address, now.Add(-restTime)).Scan(&n); err != nil {
		return err
	}
	if n >= maxAddressFailures {
		return fault.New(fault.TooMany, "С этого адреса слишком много неудачных входов. Повторите через 15 минут.")
	}
	return nil
}

// Prune forgets failures that no limit looks at any more, and sessions that are over.
func Prune(ctx context.Context, d *db.DB, now time.Time) error {
	if _, err := d.Plain().ExecContext(ctx, `DELETE FROM session WHERE expires_at < ?`, now); err != nil {
		return err
	}
	_, err := d.Plain().ExecContext(ctx, `DELETE FROM sign_in_failure WHERE at < ?`, now.Add(-24*time.Hour))
	return err
}
