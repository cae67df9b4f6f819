package web

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"log/slog"
	"time"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/fault"
)

const requestIDKey = "request-id"

// RequestID names the request in the log, in the answer's header and on error pages.
func RequestID(c *fiber.Ctx) string {
	id, _ := c.Locals(requestIDKey).(string)
	return id
}

// observe gives the request an id, counts it and logs one line without query,
// body or names: route, status and time only.
func (k *Kit) observe(c *fiber.Ctx) error {
	var b [8]byte
	rand.Read(b[:])
	id := hex.EncodeToString(b[:])
	c.Locals(requestIDKey, id)
	c.Set("X-Request-Id", id)
	start := time.Now()
	err := c.Next()
	if err != nil { // render the error here, so that the status below is the one sent
		if err := c.App().Config().ErrorHandler(c, err); err != nil {
			return err
		}
	}
	took := time.Since(start)
	status := c.Response().StatusCode()
	route := c.Route().Path
	k.Metrics.observe(c.Method(), route, status, took)
	level := slog.LevelInfo
	if route == "/healthz" || route == "/readyz" || route == "/static" {
		level = slog.LevelDebug
	}
	attrs := []any{"method", c.Method(), "route", route, "status", status, "ms", took.Milliseconds(), "request", id}
	if s := SessionOf(c); s != nil && s.EmployeeID != 0 {
		attrs = append(attrs, "employee", s.EmployeeID)
	}
	k.log.Log(c.UserContext(), level, "request", attrs...)
	return nil
}

// statusOf maps the kinds of fault to HTTP.
func statusOf(err error) int {
	if e := fault.As(err); e != nil {
		switch e.Kind {
		case fault.Invalid:
			return fiber.StatusUnprocessableEntity
		case fault.NotFound:
			return fiber.StatusNotFound
		case fault.Forbidden:
			return fiber.StatusForbidden
		case fault.Conflict:
			return fiber.StatusConflict
		case fault.Unauthenticated:
			return fiber.StatusUnauthorized
		case fault.TooMany:
			return fiber.StatusTooManyRequests
		case fault.Unavailable:
			return fiber.StatusServiceUnavailable
		}
	}
	var f *fiber.Error
	if errors.As(err, &f) {
		return f.Code
	}
	return fiber.StatusInternalServerError
}
