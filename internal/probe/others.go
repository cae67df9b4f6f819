package probe

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"

	"signdesk/internal/ext/ca"
	"signdesk/internal/ext/dadata"
	"signdesk/internal/ext/mail"
	"signdesk/internal/ext/onec"
)

// ca asks CMP after a transaction that never was, EST for its certificates: an
// authentic answer proves the way there, the protocol and the common secret.
func (r *run) ca(ctx context.Context, c Issuer) {
	part, good, path := "CMP", "УЦ отвечает по CMP, общий секрет подошёл в обе стороны.", "По HTTP отвечает не служба CMP."
	if _, est := c.(*ca.EST); est {
		part, good, path = "EST", "УЦ отвечает по EST и назвал свои сертификаты; имя и пароль подошли.", "По этому адресу отвечает не служба EST."
	}
	err := c.Ping(ctx)
	var t *ca.Trouble
	switch {
	case err == nil:
		r.step(ctx, part, Good, good, "")
	case errors.As(err, &t) && t.Untrusted:
		r.step(ctx, part, Bad, "Ответ не прошёл проверку подлинности.", "Сверьте имя и секрет этого УЦ в настройках установки с выданными им.")
	default:
		r.step(ctx, part, Bad, path, "Проверьте путь в адресе УЦ и работу его службы.")
	}
}

// onec asks after a job that never was: «нет такого» is the good answer.
func (r *run) onec(ctx context.Context, c *onec.Client) {
	_, err := c.Status(ctx, "self-test-"+uuid.NewString())
	var e *onec.Error
	switch errors.As(err, &e); {
	case err == nil, e != nil && e.Status == http.StatusNotFound:
		r.step(ctx, "HTTP-сервис", Good, "Сервис отвечает, доступ разрешён.", "")
	case e != nil && (e.Status == http.StatusUnauthorized || e.Status == http.StatusForbidden):
		r.step(ctx, "HTTP-сервис", Bad, "1С не пускает: токен неверен.", "Сверьте ONEC_TOKEN с настройкой расширения 1С.")
	case e != nil && e.Status >= 500:
		r.step(ctx, "HTTP-сервис", Bad, fmt.Sprintf("1С ответила ошибкой %d.", e.Status), "Проверьте, что база опубликована и расширение включено.")
	default:
		r.step(ctx, "HTTP-сервис", Bad, "По этому адресу отвечает не расширение 1С.", "Проверьте путь в ONEC_URL.")
	}
}

// taxService is the tax service itself (ФНС России): whoever knows anybody knows it.
const taxService = "7707329152"

// dadata asks after an organisation that everybody may ask after.
func (r *run) dadata(ctx context.Context, c *dadata.Client) {
	const part = "Справочник"
	_, err := c.FindParty(ctx, taxService)
	var e *dadata.Error
	switch errors.As(err, &e); {
	case err == nil, errors.Is(err, dadata.ErrUnknown):
		r.step(ctx, part, Good, "Сервис отвечает, ключ подошёл.", "")
	case e != nil && (e.Status == http.StatusUnauthorized || e.Status == http.StatusForbidden):
		r.step(ctx, part, Bad, "Сервис не принял ключ доступа.", "Сверьте DADATA_TOKEN с кабинетом сервиса.")
	case e != nil && e.Status == http.StatusTooManyRequests:
		r.step(ctx, part, Doubt, "Сервис отвечает, но число запросов на сегодня исчерпано.", "Подождите или увеличьте тариф.")
	case e != nil && e.Status >= 500:
		r.step(ctx, part, Bad, fmt.Sprintf("Сервис ответил ошибкой %d.", e.Status), "Повторите позже.")
	default:
		r.step(ctx, part, Bad, "По этому адресу отвечает не справочник.", "Проверьте путь в DADATA_URL: он кончается перед /rs.")
	}
}

// mail signs in at the relay and leaves; no letter is sent.
func (r *run) mail(ctx context.Context, c *mail.Client) {
	if err := c.Check(ctx); err != nil {
		r.step(ctx, "SMTP", Bad, "Почтовый сервер не принял соединение: нет SMTP, TLS или входа.", "Проверьте имя, пароль и порт в SMTP_URL.")
		return
	}
	r.step(ctx, "SMTP", Good, "Сервер готов принять письмо; само письмо не отправлялось.", "")
}

// oidc reads the provider's description of itself.
func (r *run) oidc(ctx context.Context, issuer string) {
	ctx2, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	const part = "OpenID Connect"
	req, err := http.NewRequestWithContext(ctx2, http.MethodGet, strings.TrimSuffix(issuer, "/")+"/.well-known/openid-configuration", nil)
	if err != nil {
		r.step(ctx, part, Bad, "Адрес записан неверно.", "Исправьте OIDC_ISSUER.")
		return
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		r.step(ctx, part, Bad, "Поставщик входа не ответил.", "Проверьте, что он работает.")
		return
	}
	defer resp.Body.Close()
	var about struct {
		Issuer string `json:"issuer"`
	}
	err = json.NewDecoder(io.LimitReader(resp.Body, 1<<20)).Decode(&about)
	switch {
	case resp.StatusCode != http.StatusOK || err != nil:
		r.step(ctx, part, Bad, fmt.Sprintf("Описания поставщика по этому адресу нет (ответ %d).", resp.StatusCode), "Проверьте путь в OIDC_ISSUER.")
	case about.Issuer != issuer:
		r.step(ctx, part, Bad, "Поставщик называет себя иначе: "+about.Issuer+".", "Запишите в OIDC_ISSUER именно это имя.")
	default:
		r.step(ctx, part, Good, "Поставщик описал себя; вход самих сотрудников проверяется входом.", "")
	}
}
