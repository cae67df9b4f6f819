package staff

import (
	"context"
	"encoding/base32"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/db"
	"signdesk/internal/fault"
)

// Workstation is an operator's desk: where the token agent of that computer
// listens, and (sealed, never on a screen) the secret it shares with us.
type Workstation struct {
	bun.BaseModel `bun:"table:workstation,alias:d"`
	ID            int64 `bun:",pk,autoincrement"`
	PartnerID     int64
	CentreID      int64
	Name          string
	AgentURL      string `bun:"agent_url"`
	PairingSealed []byte
	CreatedAt     time.Time
}

// pairing names what is sealed, so that no other sealed value passes for it.
const pairing = "workstation pairing"

// Workstations lists the desks of the employee's centre by name.
func Workstations(ctx context.Context, d *db.DB, by *Employee) ([]Workstation, error) {
	var list []Workstation
	err := d.Plain().NewSelect().Model(&list).Where("partner_id = ? AND centre_id = ?", by.PartnerID, by.CentreID).OrderExpr("name, id").Scan(ctx)
	return list, err
}

// FindWorkstation returns a desk of the employee's partner.
func FindWorkstation(ctx context.Context, d *db.DB, by *Employee, id int64) (*Workstation, error) {
	var w Workstation
	if err := d.Plain().NewSelect().Model(&w).Where("partner_id = ? AND id = ?", by.PartnerID, id).Scan(ctx); err != nil {
		return nil, db.Missing(err)
	}
	return &w, nil
}

// Secret opens what the desk's agent shares with the console: 32 bytes, the key of its HMAC.
func (w *Workstation) Secret(s *Sealer) ([]byte, error) { return s.Open(pairing, w.PairingSealed) }

// Pair stores the desk's name, its agent's address and the code that the agent
// shows; ID 0 adds a desk. An empty code keeps the one there is.
func Pair(ctx context.Context, d *db.DB, s *Sealer, by *Employee, now time.Time, w Workstation, code string) (int64, error) {
	if err := by.Must(ApplicationWork, StaffManage, Settings); err != nil {
		return 0, err
	}
	wrong := fault.Fields{}
	if n := len([]rune(w.Name)); n == 0 || n > 60 {
		wrong.Add("name", "Назовите рабочее место, до 60 знаков, например «Окно 3».")
	}
	if w.AgentURL = agentAddress(w.AgentURL); w.AgentURL == "" {
		wrong.Add("agent_url", "Агент работает на этом же компьютере: укажите адрес вида http://127.0.0.1:8095.")
	}
	secret, err := pairingSecret(code)
	if err != nil && (code != "" || w.ID == 0) {
		wrong.Add("code", "Скопируйте код сопряжения из окна агента целиком: 52 знака.")
	}
	if err := wrong.Err(); err != nil {
		return 0, err
	}
	w.PartnerID, w.CentreID, w.CreatedAt, w.PairingSealed = by.PartnerID, by.CentreID, now, s.Seal(pairing, secret)
	err = d.Tx(ctx, by.PartnerID, func(ctx context.Context, tx bun.IDB) error {
		if w.ID == 0 {
			_, err = tx.NewInsert().Model(&w).Exec(ctx)
		} else {
			change := tx.NewUpdate().Model(&w).Column("name", "agent_url", "centre_id").WherePK().Where("partner_id = ?", by.PartnerID)
			if code != "" {
				change.Column("pairing_sealed")
			}
			err = db.Swapped(change.Exec(ctx))
		}
		if db.UniqueViolation(err) != "" {
			return &fault.Error{Kind: fault.Invalid, Text: "Рабочее место с таким названием уже есть.",
				Fields: map[string]string{"name": "Такое рабочее место уже есть: выберите его в списке или назовите это иначе."}}
		}
		if err != nil {
			return fmt.Errorf("store workstation: %w", err)
		}
		return audit.Write(ctx, tx, now, audit.Act{Partner: by.PartnerID, Actor: by.Actor(), Action: "staff.pair_workstation", Object: fmt.Sprintf("workstation:%d", w.ID)})
	})
	return w.ID, err
}

// agentAddress is the agent's origin, or "" when it is not on this computer.
func agentAddress(text string) string {
	u, err := url.Parse(strings.TrimSpace(text))
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Port() == "" || strings.Trim(u.Path, "/") != "" || u.User != nil || u.RawQuery != "" {
		return ""
	}
	switch u.Hostname() {
	case "127.0.0.1", "localhost", "::1":
		return u.Scheme + "://" + u.Host
	}
	return ""
}

// pairingSecret reads the code as the agent writes it: base32 without padding;
// spaces, hyphens and case do not matter.
func pairingSecret(code string) ([]byte, error) {
	code = strings.ToUpper(strings.Join(strings.FieldsFunc(code, func(r rune) bool { return r == '-' || r <= ' ' || r == '\u00a0' }), ""))
	secret, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(code)
	if err != nil || len(secret) != 32 {
		return nil, fmt.Errorf("pairing code is not 52 characters of base32")
	}
	return secret, nil
}
