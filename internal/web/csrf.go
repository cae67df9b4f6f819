package web

import (
	"crypto/subtle"
	"strings"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/fault"
)

// Guard is middleware for everything that changes something: the request must
// come from our own page (Origin, Sec-Fetch-Site) and carry the session's token
// in the form field csrf or the header X-CSRF-Token.
func (k *Kit) Guard(c *fiber.Ctx) error {
	switch c.Method() {
	case fiber.MethodGet, fiber.MethodHead:
		return c.Next()
	}
	if origin := c.Get(fiber.HeaderOrigin); origin != "" && !k.ours(c, origin) {
		return foreign()
	}
	if site := c.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" && site != "none" {
		return foreign()
	}
	s := SessionOf(c)
	if s == nil {
		return fault.New(fault.Unauthenticated, "Сеанс закончился. Войдите снова.")
	}
	token := c.Get("X-CSRF-Token")
	if token == "" {
		token = sent(c, "csrf")
	}
	if subtle.ConstantTimeCompare([]byte(token), []byte(s.CSRF)) != 1 {
		return fault.New(fault.Forbidden, "Страница устарела. Обновите её и повторите действие.")
	}
	return c.Next()
}

// ours reports whether the origin is the console's. Without https, on a
// developer's machine, the address asked for will do.
func (k *Kit) ours(c *fiber.Ctx, origin string) bool {
	return strings.EqualFold(origin, k.origin) || !k.Sessions.secure && strings.EqualFold(origin, c.BaseURL())
}

// sent is a value of the body; one in the address does not count.
func sent(c *fiber.Ctx, name string) string {
	if form, err := c.MultipartForm(); err == nil {
		if values := form.Value[name]; len(values) > 0 {
			return values[0]
		}
		return ""
	}
	return string(c.Request().PostArgs().Peek(name))
}

func foreign() error {
	return fault.New(fault.Forbidden, "Запрос пришёл с чужой страницы и не выполнен.")
}
