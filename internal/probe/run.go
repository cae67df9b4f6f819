package probe

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/db"
	"signdesk/internal/ext/dadata"
	"signdesk/internal/ext/mail"
	"signdesk/internal/ext/onec"
	"signdesk/internal/ext/smev"
	"signdesk/internal/job"
)

// Systems are the clients that are tried and the addresses they go to. A nil
// client and an empty address mean that the system is not connected.
type Systems struct {
	SMEV    *smev.Client
	Files   *smev.Files       // SMEV's store of large files
	CA      map[string]Issuer // by system
	OneC    *onec.Client
	Mail    *mail.Client
	DaData  *dadata.Client
	Address map[string]string // by system
}

// Issuer is an authority that can be asked for nothing: *ca.Client, *ca.EST.
type Issuer interface{ Ping(context.Context) error }

// run is a test under way.
type run struct {
	*Test
	d    *db.DB
	now  func() time.Time
	last time.Time // when the step under way began
	err  error     // of writing a step down: the test is given up
}

// Run does the test and writes each step down as it comes. Safe to repeat: a
// test that was cut off begins anew.
func Run(ctx context.Context, d *db.DB, s Systems, now func() time.Time, args job.TestConnection) error {
	var list []Test
	err := d.Read(ctx, args.Partner, func(ctx context.Context, tx bun.IDB) error {
		return tx.NewSelect().Model(&list).Where("partner_id = ? AND id = ? AND finished_at IS NULL", args.Partner, args.Test).Scan(ctx)
	})
	if err != nil || len(list) == 0 {
		return err
	}
	list[0].Steps = []Step{}
	r := &run{Test: &list[0], d: d, now: now, last: now()}
	probing, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	if address := s.Address[r.System]; address == "" {
		r.step(ctx, "Адрес", Bad, "Система не подключена.", "Задайте её адрес в настройках установки и перезапустите программу.")
	} else if r.network(probing, address) {
		switch r.System {
		case SMEV:
			r.smev(probing, s.SMEV)
			r.files(probing, s.Files)
		case OneC:
			r.onec(probing, s.OneC)
		case DaData:
			r.dadata(probing, s.DaData)
		case SMTP:
			r.mail(probing, s.Mail)
		case SMS:
			r.step(ctx, "Отправка", Note, "Безвредного вопроса у шлюза СМС нет: каждая проверка была бы платным сообщением.", "Отправьте пробное сообщение себе.")
		case OIDC:
			r.oidc(probing, address)
		default:
			r.ca(probing, s.CA[r.System])
		}
	}
	if r.err != nil {
		return fmt.Errorf("write the test down: %w", r.err)
	}
	return r.save(ctx, d, now(), true)
}

// step writes a step down and reports whether the next makes sense.
func (r *run) step(ctx context.Context, part string, v Verdict, text, cure string) bool {
	at := r.now()
	r.Steps = append(r.Steps, Step{Part: part, Verdict: v, Text: text, Cure: cure, MS: at.Sub(r.last).Milliseconds()})
	r.last = at
	if err := r.save(context.WithoutCancel(ctx), r.d, at, false); err != nil && r.err == nil {
		r.err = err
	}
	return v != Bad
}

// skip names the parts that could not be tried.
func (r *run) skip(ctx context.Context, parts ...string) {
	for _, p := range parts {
		r.step(ctx, p, Skipped, "Сначала устраните причину выше.", "")
	}
}
