package web

import (
	"strings"

	"github.com/gofiber/fiber/v2"
)

// policy is the strict CSP: nothing inline, nothing from elsewhere. img-src
// data: is for the pictures inside Bootstrap's CSS.
func policy(connect string) string {
	return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
		"connect-src 'self'" + connect + "; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
}

func securityHeaders(secure bool) fiber.Handler {
	return func(c *fiber.Ctx) error {
		c.Set(fiber.HeaderContentSecurityPolicy, policy(""))
		c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
		c.Set(fiber.HeaderReferrerPolicy, "same-origin")
		c.Set(fiber.HeaderPermissionsPolicy, "camera=(), microphone=(), geolocation=(), payment=()")
		c.Set("Cross-Origin-Opener-Policy", "same-origin")
		c.Set("Cross-Origin-Resource-Policy", "same-origin")
		if secure {
			c.Set(fiber.HeaderStrictTransportSecurity, "max-age=31536000")
		}
		if !strings.HasPrefix(c.Path(), "/static/") {
			c.Set(fiber.HeaderCacheControl, "no-store")
		}
		return c.Next()
	}
}

// AllowAgent lets this one page talk to the token agent at the loopback address
// and open its window.
func AllowAgent(c *fiber.Ctx, address string) {
	if strings.ContainsAny(address, " ;,'\"\r\n") {
		return
	}
	c.Set(fiber.HeaderContentSecurityPolicy, policy(" "+address))
	c.Set("Cross-Origin-Opener-Policy", "same-origin-allow-popups")
}
