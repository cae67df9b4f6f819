package desk

import (
	"fmt"
	"strings"

	"signdesk/cmd/agent/internal/envelope"
	"signdesk/cmd/agent/internal/token"
	"signdesk/internal/gost"
)

// carrier is a choice in the window.
type carrier struct {
	Value, Text string
	Selected    bool
}

// carriers fills the choice of tokens, for a signature of certificates.
func (v *windowView) carriers(op *operation, tokens []token.Info, chosen string) {
	preferred := chosen
	for _, t := range tokens {
		if op.TokenSerial != "" && !t.Numbered(op.TokenSerial) {
			continue
		}
		if !op.suits(t) {
			v.Notes = append(v.Notes, fmt.Sprintf("Носитель № %s — «%s», а в заявке «%s»: ключ на нём не создаётся.", t.Serial, t.Kind, op.Request.CarrierKind))
			continue
		}
		if t.AttemptsLeft == 0 {
			v.Notes = append(v.Notes, fmt.Sprintf("Носитель № %s заблокирован: попытки ввода PIN-кода исчерпаны.", t.Serial))
			continue
		}
		text := fmt.Sprintf("%s № %s — «%s»", t.Kind, t.Serial, t.Label)
		if op.Kind != envelope.KindSign {
			v.Carriers = append(v.Carriers, carrier{Value: t.Serial, Text: text})
		}
		for _, c := range t.Containers {
			cert := c.Certificate()
			if op.Kind == envelope.KindSign && cert != nil {
				text := fmt.Sprintf("%s, № %s до %s (носитель № %s)", cert.Subject.Get(gost.OIDCommonName), cert.SerialHex(), date(cert.NotAfter), t.Serial)
				v.Carriers = append(v.Carriers, carrier{Value: t.Serial + "/" + c.ID, Text: text})
			}
		}
		if op.Kind == envelope.KindInstall && preferred == "" {
			if cert, err := op.certificate(); err == nil {
				if _, ok := t.Find(cert.PublicKey); ok {
					preferred = t.Serial
				}
			}
		}
		if t.DefaultPIN {
			v.Notes = append(v.Notes, fmt.Sprintf("На носителе № %s заводской PIN-код: смените его до передачи владельцу.", t.Serial))
		}
		if t.FewAttempts && v.Error == "" {
			v.Notes = append(v.Notes, fmt.Sprintf("Носитель № %s: %s.", t.Serial, strings.ToLower(attempts(t.AttemptsLeft))))
		}
	}
	for i := range v.Carriers {
		v.Carriers[i].Selected = v.Carriers[i].Value == preferred || preferred == "" && i == 0
	}
	switch {
	case len(v.Carriers) > 0:
	case op.Kind == envelope.KindSign:
		v.Missing = "На носителе нет сертификата для подписи. Вставьте носитель с установленным сертификатом."
	case op.TokenSerial != "":
		v.Missing = "Вставьте носитель № " + op.TokenSerial + ": операция подготовлена для него."
	default:
		v.Missing = "Нет доступного носителя. Вставьте носитель."
	}
}

// attempts says how many attempts of the PIN are left.
func attempts(n int) string {
	switch {
	case n == token.AttemptsUnknown:
		return "Попыток осталось меньше обычного: носитель не говорит сколько"
	case n%10 == 1 && n%100 != 11:
		return fmt.Sprintf("Осталась %d попытка", n)
	case n%10 >= 2 && n%10 <= 4 && (n%100 < 12 || n%100 > 14):
		return fmt.Sprintf("Осталось %d попытки", n)
	}
	return fmt.Sprintf("Осталось %d попыток", n)
}
