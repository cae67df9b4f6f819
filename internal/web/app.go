// Package web is the kit the screens are made of: the Fiber application with
// its guards (request ids, log, security headers, sessions, CSRF), one place
// that turns errors into pages, and our Views. It knows no domain.
package web

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/filesystem"
	"github.com/gofiber/fiber/v2/middleware/recover"

	"signdesk/internal/db"
	"signdesk/internal/fault"
	"signdesk/static"
	"signdesk/views"
)

// MaxBody is the largest request taken: the largest upload at the desk and its envelope.
const MaxBody = 12 << 20

// Settings of New.
type Settings struct {
	DB         *db.DB
	Log        *slog.Logger
	Now        func() time.Time
	Secure     bool          // browsers reach us by https
	Origin     string        // scheme://host as browsers see it
	SessionTTL time.Duration // how long a sign-in lasts at most
	IdleLock   time.Duration // after how long a quiet screen locks
	Proxies    []string      // whose X-Forwarded-For is believed
}

// Kit is the application and what the screens need of it.
type Kit struct {
	App      *fiber.App
	Views    *Views
	Sessions *Sessions
	Metrics  *Metrics
	log      *slog.Logger
	now      func() time.Time
	origin   string
	draining chan struct{}
}

// New makes the application with every guard in place; screens add their routes
// to App and end with NotFound.
func New(o Settings) (*Kit, error) {
	v := NewViews(views.FS, o.IdleLock)
	k := &Kit{
		Views:    v,
		Sessions: &Sessions{db: o.DB, now: o.Now, secure: o.Secure, ttl: o.SessionTTL},
		Metrics:  newMetrics(o.DB),
		log:      o.Log, now: o.Now, origin: strings.TrimSuffix(o.Origin, "/"), draining: make(chan struct{}),
	}
	k.App = fiber.New(fiber.Config{
		AppName: "console", Views: v, ErrorHandler: k.handleError, Immutable: true, BodyLimit: MaxBody,
		ReadTimeout: 30 * time.Second, WriteTimeout: 60 * time.Second, IdleTimeout: 75 * time.Second,
		DisableStartupMessage: true, ProxyHeader: proxyHeader(o.Proxies), EnableTrustedProxyCheck: len(o.Proxies) > 0,
		TrustedProxies: o.Proxies, EnableIPValidation: true,
	})
	k.App.Use(k.observe, recover.New(recover.Config{EnableStackTrace: true, StackTraceHandler: k.panicked}), securityHeaders(o.Secure))
	k.App.Use("/static", cacheForever, filesystem.New(filesystem.Config{Root: http.FS(static.FS)}), NotFound)
	return k, nil
}

// panicked notes where; the page shows an incident number like any other error.
func (k *Kit) panicked(c *fiber.Ctx, value any) {
	k.log.Error("panic", "request", RequestID(c), "route", c.Route().Path, "value", fmt.Sprint(value), "stack", string(debug.Stack()))
}

func proxyHeader(proxies []string) string {
	if len(proxies) == 0 {
		return ""
	}
	return fiber.HeaderXForwardedFor
}

// Health answers /healthz (the process lives) and /readyz (it can serve people).
func (k *Kit) Health(ready func() error) {
	k.App.Get("/healthz", func(c *fiber.Ctx) error { return c.SendString("ok\n") })
	k.App.Get("/readyz", func(c *fiber.Ctx) error {
		select {
		case <-k.draining:
			return c.Status(fiber.StatusServiceUnavailable).SendString("draining\n")
		default:
		}
		if err := ready(); err != nil {
			k.log.Error("not ready", "err", err)
			return c.Status(fiber.StatusServiceUnavailable).SendString("not ready\n")
		}
		return c.SendString("ready\n")
	})
}

// Shutdown stops taking new requests and waits for the running ones, at most d.
func (k *Kit) Shutdown(d time.Duration) error {
	close(k.draining)
	return k.App.ShutdownWithTimeout(d)
}

// Draining is closed when the server begins to stop; long answers end by it.
func (k *Kit) Draining() <-chan struct{} { return k.draining }

// NotFound ends a route group: nothing matched.
func NotFound(*fiber.Ctx) error {
	return fault.New(fault.NotFound, "Такой страницы нет. Проверьте адрес или вернитесь к поиску.")
}

// cacheForever suits files whose address holds a hash of their content.
func cacheForever(c *fiber.Ctx) error {
	err := c.Next()
	if err == nil && c.Response().StatusCode() == fiber.StatusOK && c.Query("v") != "" {
		c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	}
	var e *fiber.Error
	if errors.As(err, &e) && e.Code == fiber.StatusNotFound {
		return NotFound(c)
	}
	return err
}
