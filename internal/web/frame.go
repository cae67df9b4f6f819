package web

import (
	"github.com/gofiber/fiber/v2"
)

// Frame is what stands around every page. Pages embed it as the field Frame.
type Frame struct {
	Title     string
	CSRF      string
	Path      string
	RequestID string
	Theme     string // "", light or dark
	Density   string // "", compact or roomy
	User      *User
	Worklists []Worklist
	Flash     []Flash
	Notices   int
	Org       *OrgFrame
	Demo      bool
}

// User is the signed-in person as the top bar shows him, with what of the menu
// is for him.
type User struct {
	ID, Name, Role, RoleName, Partner, Centre string

	// sections that the role may open
	Reviews, Staff, Rights, Settings, Accounting, Exchange bool
}

// Worklist is a link with a count in the top bar.
type Worklist struct {
	Name, URL string
	Count     int
}

// OrgFrame is the header card and the left rail inside an organisation.
type OrgFrame struct {
	ID, Name, INN, KPP     string
	StatusText, StatusKind string
	Contracts              []ContractChoice
	Active                 string // organisation, services, certificates, cabinet, storage or case
	Services, Folders      bool   // whether the role may open them
}

// ContractChoice is one entry of the contract picker.
type ContractChoice struct {
	ID, Name string
	Current  bool
}

// BareFrame is the frame of a page without a signed-in person.
func (k *Kit) BareFrame(c *fiber.Ctx) Frame {
	f := Frame{Path: c.Path(), RequestID: RequestID(c), Theme: oneOf(c.Cookies("theme"), "light", "dark"), Density: oneOf(c.Cookies("density"), "compact", "roomy")}
	if s := SessionOf(c); s != nil {
		f.CSRF = s.CSRF
	}
	return f
}

func oneOf(v string, allowed ...string) string {
	for _, a := range allowed {
		if v == a {
			return a
		}
	}
	return ""
}

// SeeOther ends a POST: the browser goes to the address by GET.
func SeeOther(c *fiber.Ctx, address string) error {
	return c.Redirect(address, fiber.StatusSeeOther)
}
