package console

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/contract"
	"signdesk/internal/issuance"
	"signdesk/internal/staff"
	"signdesk/internal/web"
)

// servicesPage is views/console/service/index.html: the services of the current contract.
type servicesPage struct {
	Frame     web.Frame
	ID        int64
	Tab       string
	Contract  *contract.Contract // nil = the organisation has none
	Show      string
	Filters   []filter
	Rows      []serviceRow
	Shipments []contract.Shipment
	Outdated  *issuance.Outdated // certificates on data that the register has overwritten (F045)
	Waits     bool               // accounting works on something: the page looks again by itself
	Today     string

	MayAdd, MayWork bool
}

// serviceRow is a line of the table; Acts is when they went to the cabinet.
type serviceRow struct {
	contract.Service
	Chip web.Chip
	Acts time.Time
}

func newServiceRow(s contract.Service, zone *time.Location) serviceRow {
	row := serviceRow{Service: s}
	row.Chip.Kind, row.Chip.Text = s.StateChip()
	if !s.ActsToCabinetAt.IsZero() {
		row.Acts = s.ActsToCabinetAt.In(zone)
	}
	return row
}

// filter is a chip above a table.
type filter struct {
	URL, Name string
	Count     int
	Current   bool
}

// serviceFilters are the chips above the services.
var serviceFilters = []struct {
	show, name string
	fits       func(*contract.Service) bool
}{
	{"", "Все", func(s *contract.Service) bool { return !s.Deleted }},
	{"unpaid", "Не оплачены", func(s *contract.Service) bool { return !s.Deleted && s.PaidOn.IsZero() }},
	{"open", "Не отгружены", func(s *contract.Service) bool {
		return !s.Deleted && !s.PaidOn.IsZero() && (s.State == "open" || s.State == "failed")
	}},
	{"shipped", "Отгружены", func(s *contract.Service) bool { return s.State == "shipped" }},
	{"deleted", "Удалены", func(s *contract.Service) bool { return s.Deleted }},
}

// mayShip reports whether the employee sells, ships and acknowledges.
func mayShip(e *staff.Employee) bool { return e.Must(staff.ServiceShip, staff.AccountingWork) == nil }

func (c *Console) servicesIndex(ctx *fiber.Ctx) error {
	id, err := web.ID(ctx, "id")
	if err != nil {
		return err
	}
	e := by(ctx)
	p := servicesPage{ID: id, Tab: "services", Show: ctx.Query("show"), MayAdd: e.Can(staff.OrgEdit), MayWork: mayShip(e),
		Today: c.now().In(e.Location()).Format("2006-01-02")}
	if p.Frame, _, p.Contract, err = c.orgFrame(ctx, "Услуги", id, "services"); err != nil {
		return err
	}
	if p.Outdated, err = c.outdated(ctx, id); err != nil {
		return err
	}
	current := int64(0)
	if p.Contract != nil {
		current = p.Contract.ID
	}
	sheet, err := contract.OpenSheet(ctx.UserContext(), c.db, e, id, current)
	if err != nil {
		return err
	}
	p.Shipments = sheet.Shipments
	for _, s := range p.Shipments {
		p.Waits = p.Waits || s.Status == contract.Queued || s.Status == contract.Sent || s.Status == contract.Accepted
	}
	for _, f := range serviceFilters {
		chip := filter{URL: orgURL(id) + "/services", Name: f.name, Current: f.show == p.Show}
		if f.show != "" {
			chip.URL += "?show=" + f.show
		}
		for i := range sheet.Services {
			if f.fits(&sheet.Services[i]) {
				chip.Count++
				if chip.Current {
					p.Rows = append(p.Rows, newServiceRow(sheet.Services[i], e.Location()))
				}
			}
		}
		if chip.Count > 0 || chip.Current || f.show == "" {
			p.Filters = append(p.Filters, chip)
		}
	}
	return ctx.Render("console/service/index", p)
}

// filesPage is views/console/service/documents.html: «Файлы 1С».
type filesPage struct {
	Frame web.Frame
	ID    int64
	Tab   string
	List  []contract.Document
}

func (c *Console) documentsIndex(ctx *fiber.Ctx) error {
	id, err := web.ID(ctx, "id")
	if err != nil {
		return err
	}
	p := filesPage{ID: id, Tab: "documents"}
	if p.Frame, _, _, err = c.orgFrame(ctx, "Файлы 1С", id, "services"); err != nil {
		return err
	}
	if p.List, err = contract.OpenDocuments(ctx.UserContext(), c.db, by(ctx), id); err != nil {
		return err
	}
	return ctx.Render("console/service/documents", p)
}
