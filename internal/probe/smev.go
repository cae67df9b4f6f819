package probe

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"signdesk/internal/ext/agent"
	"signdesk/internal/ext/smev"
	"signdesk/internal/gost"
)

// The parts of SMEV's connection after the network's.
const (
	partKey     = "Ключ подписи"
	partOwn     = "Сертификат организации"
	partHTTP    = "HTTP"
	partSOAP    = "Ответ SOAP"
	partOurs    = "Наша подпись"
	partTrust   = "Подпись СМЭВ"
	partTrusted = "Доверенные сертификаты"
	partClock   = "Часы"
	partQueue   = "Очередь ответов"
	partFiles   = "Хранилище файлов"
)

// smev tries the key, then asks SMEV to take note of an answer that never was:
// it must read our signature to say that it knows no such answer, and nothing
// changes.
func (r *run) smev(ctx context.Context, c *smev.Client) {
	if c == nil {
		r.step(ctx, partKey, Bad, "Клиент СМЭВ не настроен.", "Задайте ключ и сертификат организации и перезапустите программу.")
		return
	}
	if !r.key(ctx, c) {
		r.skip(ctx, partHTTP, partSOAP, partOurs)
	} else {
		r.own(ctx, c.Certificate)
		r.ask(ctx, c)
	}
	r.trusted(ctx, c.Trusted)
	r.trust(ctx)
	r.clock(ctx, c)
	r.queue(ctx)
}

// key signs a few octets, or asks the agent whether it could.
func (r *run) key(ctx context.Context, c *smev.Client) bool {
	if a, ok := c.Signer.(interface{ Check(context.Context) error }); ok {
		err := a.Check(ctx)
		var e *agent.Error
		switch {
		case err == nil:
			return r.step(ctx, partKey, Good, "Агент отвечает и держит ключ этого сертификата.", "")
		case errors.As(err, &e):
			return r.step(ctx, partKey, Bad, "Агент с ключом организации не годится.", e.Cure())
		}
		return r.step(ctx, partKey, Bad, "Агент с ключом организации не отвечает.", "Запустите agent key на машине с ключом.")
	}
	switch public, ok := c.Signer.Public().(*gost.PublicKey); {
	case !ok || !public.Equal(c.Certificate.PublicKey):
		return r.step(ctx, partKey, Bad, "Ключ не от этого сертификата.", "Укажите в SMEV_KEY_FILE ключ сертификата SMEV_CERT_FILE.")
	default:
		if _, err := gost.SignMessage(rand.Reader, c.Signer, []byte("self-test")); err != nil {
			return r.step(ctx, partKey, Bad, "Ключ не подписывает.", "Проверьте SMEV_KEY_FILE и его пароль.")
		}
	}
	return r.step(ctx, partKey, Good, "Ключ подписывает, подпись сходится с сертификатом.", "")
}

// own looks at the validity of our information system's certificate.
func (r *run) own(ctx context.Context, cert *gost.Certificate) {
	until := "Действует до " + cert.NotAfter.Format("02.01.2006") + "."
	switch left := cert.NotAfter.Sub(r.now()); {
	case left <= 0:
		r.step(ctx, partOwn, Bad, "Истёк "+cert.NotAfter.Format("02.01.2006")+".", "Получите новый сертификат информационной системы и зарегистрируйте его в СМЭВ.")
	case r.now().Before(cert.NotBefore):
		r.step(ctx, partOwn, Bad, "Ещё не действует: с "+cert.NotBefore.Format("02.01.2006")+".", "Проверьте часы этой машины.")
	case left < 30*24*time.Hour:
		r.step(ctx, partOwn, Doubt, until, "Закажите новый: регистрация в СМЭВ занимает время.")
	default:
		r.step(ctx, partOwn, Good, until, "")
	}
}

// ask acknowledges an answer that never was.
func (r *run) ask(ctx context.Context, c *smev.Client) {
	ctx2, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	err := c.Ack(ctx2, smev.NewMessageID(r.now()), true)
	var e *smev.Error
	switch {
	case err == nil:
		r.step(ctx, partHTTP, Good, "Узел отвечает.", "")
		r.step(ctx, partSOAP, Good, "Ответ СМЭВ версии "+version(c)+" разобран.", "")
		r.step(ctx, partOurs, Good, "СМЭВ приняла подпись организации.", "")
	case !errors.As(err, &e):
		r.step(ctx, partHTTP, Bad, "Обращение не состоялось.", "Сообщите поддержке.")
		r.skip(ctx, partSOAP, partOurs)
	case e.Fault != "":
		r.step(ctx, partHTTP, Good, "Узел отвечает.", "")
		r.fault(ctx, c, e)
	case e.Untrusted():
		r.step(ctx, partHTTP, Good, "Узел отвечает.", "")
		r.step(ctx, partSOAP, Bad, "Ответ не похож на ответ СМЭВ версии "+version(c)+".", "Проверьте SMEV_VERSION и путь в SMEV_URL.")
		r.skip(ctx, partOurs)
	case e.Status == 0:
		r.step(ctx, partHTTP, Bad, "Узел принял соединение, но не ответил.", "Узел перегружен или по этому порту отвечает не СМЭВ.")
		r.skip(ctx, partSOAP, partOurs)
	case e.Status >= 400:
		r.step(ctx, partHTTP, Bad, fmt.Sprintf("Узел ответил HTTP %d.", e.Status), httpCure(e.Status))
		r.skip(ctx, partSOAP, partOurs)
	default:
		r.step(ctx, partHTTP, Good, "Узел отвечает.", "")
		r.step(ctx, partSOAP, Bad, "Ответ узла — не SOAP.", "Проверьте путь в SMEV_URL.")
		r.skip(ctx, partOurs)
	}
}

// fault reads what SMEV's own refusal says of the parts.
func (r *run) fault(ctx context.Context, c *smev.Client, e *smev.Error) {
	r.step(ctx, partSOAP, Good, "Ответ СМЭВ версии "+version(c)+" разобран.", "")
	switch {
	case e.Temporary():
		r.step(ctx, partOurs, Doubt, "СМЭВ сейчас перегружена ("+e.Fault+") и подпись не смотрела.", "Повторите проверку позже.")
	case e.Fault == "SignatureVerificationFault":
		r.step(ctx, partOurs, Bad, "СМЭВ не приняла подпись: "+strings.TrimSuffix(e.Description, ".")+".", "Проверьте, что сертификат SMEV_CERT_FILE зарегистрирован в этом контуре СМЭВ.")
	case e.Fault == "SenderIsNotRegistered" || e.Fault == "AccessDenied":
		r.step(ctx, partOurs, Bad, "СМЭВ не знает этой информационной системы ("+e.Fault+").", "Зарегистрируйте сертификат в этом контуре СМЭВ.")
	default:
		r.step(ctx, partOurs, Doubt, "СМЭВ отказала по другой причине: "+e.Fault+".", "Покажите это поддержке.")
	}
}

func httpCure(status int) string {
	switch {
	case status == 404:
		return "Проверьте путь в SMEV_URL."
	case status == 401 || status == 403 || status == 407:
		return "Узел или прокси не пускает эту машину: проверьте доступ."
	case status >= 500:
		return "Неполадка на стороне узла: запросы подождут и уйдут сами. Если долго — сообщите в поддержку СМЭВ."
	}
	return "Проверьте SMEV_URL."
}

func version(c *smev.Client) string {
	if c.Version == "" {
		return "1.1"
	}
	return c.Version
}
