package probe

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/exchange"
	"signdesk/internal/ext/smev"
	"signdesk/internal/gost"
)

// trusted looks at the certificates by which SMEV's signature is judged.
func (r *run) trusted(ctx context.Context, list []*gost.Certificate) {
	if len(list) == 0 {
		r.step(ctx, partTrusted, Bad, "Ни одного: ни один ответ не будет принят.", "Задайте SMEV_CA_FILE.")
		return
	}
	first, alive := time.Time{}, 0
	for _, c := range list {
		if r.now().Before(c.NotAfter) {
			if alive++; first.IsZero() || c.NotAfter.Before(first) {
				first = c.NotAfter
			}
		}
	}
	switch {
	case alive == 0:
		r.step(ctx, partTrusted, Bad, "Все истекли.", "Положите в SMEV_CA_FILE новый сертификат СМЭВ.")
	case first.Sub(r.now()) < 30*24*time.Hour:
		r.step(ctx, partTrusted, Doubt, fmt.Sprintf("Действующих: %d, ближайший до %s.", alive, first.Format("02.01.2006")), "Получите у оператора СМЭВ новый и добавьте его в SMEV_CA_FILE.")
	default:
		r.step(ctx, partTrusted, Good, fmt.Sprintf("Действующих: %d, ближайший до %s.", alive, first.Format("02.01.2006")), "")
	}
}

// clock compares SMEV's clock with ours: over half an hour everything is refused.
func (r *run) clock(ctx context.Context, c *smev.Client) {
	skew, ok := c.Skew()
	if !ok {
		r.step(ctx, partClock, Note, "СМЭВ не сообщила своего времени.", "")
		return
	}
	words := "Расхождение с часами СМЭВ: " + seconds(skew.By) + "."
	switch by := skew.By.Abs(); {
	case by >= 25*time.Minute:
		r.step(ctx, partClock, Bad, words, "СМЭВ отклоняет сообщения при расхождении от 30 минут: настройте синхронизацию времени.")
	case by >= time.Minute:
		r.step(ctx, partClock, Doubt, words, "Настройте синхронизацию времени на этой машине.")
	default:
		r.step(ctx, partClock, Good, words, "")
	}
}

func seconds(d time.Duration) string {
	if d = d.Abs(); d < time.Minute {
		return fmt.Sprintf("%d с", int(d.Seconds()))
	}
	return fmt.Sprintf("%d мин", int(d.Minutes()))
}

// trust says how the last signature of SMEV's was judged: an answer without
// content carries none, so it cannot be asked for.
func (r *run) trust(ctx context.Context) {
	var verdict, signer string
	var at time.Time
	err := r.d.Read(ctx, r.PartnerID, func(ctx context.Context, tx bun.IDB) (err error) {
		verdict, signer, at, err = exchange.LastVerdict(ctx, tx)
		return err
	})
	when := " (" + at.In(time.Local).Format("02.01.2006 15:04") + ")"
	switch {
	case err != nil:
		r.err = err
	case verdict == "good":
		r.step(ctx, partTrust, Good, "Последний ответ подписан верно: "+signer+when+".", "")
	case verdict == "bad":
		r.step(ctx, partTrust, Bad, "Подпись последнего ответа не подтвердилась"+when+"; ответ не принят.", "Сверьте SMEV_CA_FILE и SMEV_SIGNER с сертификатом СМЭВ этого контура.")
	default:
		r.step(ctx, partTrust, Note, "Подписанных ответов ещё не было: проверится на первом.", "")
	}
}

// queue says how the queue of answers is polled.
func (r *run) queue(ctx context.Context) {
	var lines []exchange.Line
	err := r.d.Read(ctx, r.PartnerID, func(ctx context.Context, tx bun.IDB) (err error) {
		lines, err = exchange.Lines(ctx, tx)
		return err
	})
	if err != nil {
		r.err = err
		return
	}
	polled := false
	for _, l := range lines {
		if !strings.HasPrefix(l.Name, "poll") {
			continue
		}
		polled = true
		part := partQueue + strings.TrimPrefix(l.Name, "poll")
		switch age := r.now().Sub(l.At); {
		case l.Error != "":
			r.step(ctx, part, Bad, l.Error, "Причина — в строках выше; ответы ждут в СМЭВ.")
		case age > 5*time.Minute:
			r.step(ctx, part, Bad, fmt.Sprintf("Не опрашивалась %d мин.", int(age.Minutes())), "Запустите исполнителя заданий: console work.")
		default:
			r.step(ctx, part, Good, "Опрошена "+seconds(age)+" назад.", "")
		}
	}
	if !polled {
		r.step(ctx, partQueue, Doubt, "Ещё ни разу не опрошена.", "Проверьте, что исполнитель заданий запущен.")
	}
}

// files tries the store of files that are too large for a message.
func (r *run) files(ctx context.Context, store *smev.Files) {
	if store == nil {
		r.step(ctx, partFiles, Note, "Не подключено: файлы больше сообщения подождут.", "Задайте SMEV_STORE_URL, когда поставщик отвечает большими файлами.")
		return
	}
	ctx2, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	err := store.Ping(ctx2)
	var e *smev.FileError
	switch {
	case err == nil:
		r.step(ctx, partFiles, Good, "Хранилище "+store.Address+" отвечает по FTP.", "")
	case errors.As(err, &e) && e.Code != 0:
		r.step(ctx, partFiles, Bad, fmt.Sprintf("Хранилище отвечает отказом %d.", e.Code), "Неполадка на стороне хранилища: файлы подождут. Если долго — сообщите в поддержку СМЭВ.")
	default:
		r.step(ctx, partFiles, Bad, "Хранилище "+store.Address+" не отвечает по FTP.", "Проверьте узел и порт в SMEV_STORE_URL и межсетевой экран: нужен пассивный режим FTP.")
	}
}
