package db

import (
	"database/sql"
	"errors"

	"github.com/uptrace/bun/driver/pgdriver"

	"signdesk/internal/fault"
)

// Missing turns "no rows" into fault.NotFound and leaves other errors alone.
func Missing(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return fault.Missing()
	}
	return err
}

// UniqueViolation returns the name of the unique constraint that err broke, or "".
func UniqueViolation(err error) string {
	var e pgdriver.Error
	if errors.As(err, &e) && e.Field('C') == "23505" {
		return e.Field('n')
	}
	return ""
}

// Swapped checks a compare-and-swap UPDATE: no row means that somebody else
// was first, and the person gets a Conflict.
func Swapped(res sql.Result, err error) error {
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Conflict, "Запись уже изменена другим сотрудником. Обновите страницу и повторите действие.")
	}
	return nil
}
