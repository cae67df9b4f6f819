// Package staff knows partners, service centres, employees, what each role may
// do, and how an employee signs in.
//
// An Employee is who acts in every verb of every domain: it carries the partner
// that scopes each query and the permissions that Must checks. Roles and rights
// are rows, so a partner changes them on a screen; the names of the permissions
// are here because code asks for them.
package staff

import (
	"context"
	"sync"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/db"
	"signdesk/internal/fault"
)

// Permission is one right; role_permission gives them to roles.
type Permission string

// The rights of product.md's table. A "view" right is never implied by a change right.
const (
	OrgView           Permission = "org.view"
	OrgViewMasked     Permission = "org.view_masked" // names and numbers are partly hidden
	OrgEdit           Permission = "org.edit"
	OrgRequisites     Permission = "org.requisites" // requisites and bank accounts only
	PassportView      Permission = "passport.view"
	PassportReason    Permission = "passport.view_reason" // with a reason, logged
	ApplicationWork   Permission = "application.work"     // prepare, request, install, ESIA, receipt
	ApplicationReview Permission = "application.approve"  // approve a case, override a failed check
	ServicesView      Permission = "services.view"
	ServiceShip       Permission = "service.ship"
	AccountingView    Permission = "accounting.view"
	AccountingWork    Permission = "accounting.work" // acts, invoices, export
	ReportOwn         Permission = "report.own"
	ReportAccounting  Permission = "report.accounting"
	ReportAll         Permission = "report.all"
	StaffView         Permission = "staff.view"
	StaffCentre       Permission = "staff.centre"
	StaffManage       Permission = "staff.manage"
	Settings          Permission = "settings"
	JournalOwn        Permission = "journal.own"
	JournalCentre     Permission = "journal.centre"
	JournalAll        Permission = "journal.all"
	ExchangeView      Permission = "exchange.view"
	RegisterChanges   Permission = "register.changes" // the list of clients whose register data have changed
)

// Permissions lists every right, for the table on the screen and for tests.
var Permissions = []Permission{
	OrgView, OrgViewMasked, OrgEdit, OrgRequisites, RegisterChanges, PassportView, PassportReason, ApplicationWork, ApplicationReview,
	ServicesView, ServiceShip, AccountingView, AccountingWork, ReportOwn, ReportAccounting, ReportAll,
	StaffView, StaffCentre, StaffManage, Settings, JournalOwn, JournalCentre, JournalAll, ExchangeView,
}

// Employee is a signed-in member of staff.
type Employee struct {
	ID          int64
	PartnerID   int64
	PartnerName string
	PartnerINN  string
	PartnerOGRN string
	CentreID    int64
	CentreName  string
	Zone        string // IANA name of the centre's time zone
	Role        string
	RoleName    string
	Login       string
	Name        string
	may         map[Permission]bool
}

// Can reports whether the employee's role has the right.
func (e *Employee) Can(p Permission) bool { return e.may[p] }

// Must returns fault.Forbidden unless the employee has one of the rights.
func (e *Employee) Must(any ...Permission) error {
	for _, p := range any {
		if e.may[p] {
			return nil
		}
	}
	return fault.New(fault.Forbidden, "У вашей роли «"+e.RoleName+"» нет права на это действие. Обратитесь к администратору.")
}

// Actor is the employee as the journal writes him.
func (e *Employee) Actor() audit.Actor { return audit.Actor{ID: e.ID, Name: e.Name} }

var zones sync.Map // IANA name -> *time.Location: a zone is read from its file once

// Location is the centre's time zone; UTC when the zone's name is unknown.
func (e *Employee) Location() *time.Location { return zone(e.Zone) }

func zone(name string) *time.Location {
	if z, ok := zones.Load(name); ok {
		return z.(*time.Location)
	}
	z, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	zones.Store(name, z)
	return z
}

// Today is the calendar day in the employee's centre, as dates are stored: at
// midnight UTC. Between midnight and three in Moscow UTC still has yesterday.
func (e *Employee) Today(now time.Time) time.Time { return Day(e.Zone, now) }

// Day is the calendar day in the zone of that name.
func Day(name string, now time.Time) time.Time {
	y, m, d := now.In(zone(name)).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// ZoneOf returns the name of a centre's time zone.
func ZoneOf(ctx context.Context, q bun.IDB, centre int64) (string, error) {
	var name string
	err := q.QueryRowContext(ctx, `SELECT timezone FROM centre WHERE id = ?`, centre).Scan(&name)
	return name, db.Missing(err)
}

// Load reads an active employee with his rights as they are now. It is asked
// once per request, so a right taken away is gone at the next click.
func Load(ctx context.Context, d *db.DB, id int64) (*Employee, error) {
	return load(ctx, d.Plain(), id)
}

func load(ctx context.Context, q bun.IDB, id int64) (*Employee, error) {
	var e Employee
	var rights []string
	err := q.NewSelect().TableExpr("employee AS e").
		Join("JOIN partner AS p ON p.id = e.partner_id").
		Join("JOIN centre AS c ON c.id = e.centre_id").
		Join("JOIN role AS r ON r.code = e.role").
		ColumnExpr("e.id, e.partner_id, p.name, p.inn, p.ogrn, e.centre_id, c.name, c.timezone, e.role, r.name, e.login, e.name").
		ColumnExpr(`ARRAY(SELECT permission FROM role_permission AS rp WHERE rp.role = e.role AND rp.partner_id IS NOT DISTINCT FROM
			(SELECT rp2.partner_id FROM role_permission AS rp2 WHERE rp2.partner_id = e.partner_id LIMIT 1))::text`).
		Where("e.id = ? AND e.active", id).
		Scan(ctx, &e.ID, &e.PartnerID, &e.PartnerName, &e.PartnerINN, &e.PartnerOGRN, &e.CentreID, &e.CentreName, &e.Zone, &e.Role, &e.RoleName, &e.Login, &e.Name, textArray{&rights})
	if err != nil {
		return nil, db.Missing(err)
	}
	e.may = make(map[Permission]bool, len(rights))
	for _, r := range rights {
		e.may[Permission(r)] = true
	}
	return &e, nil
}
