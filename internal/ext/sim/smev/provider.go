package smev

import (
	"encoding/xml"
	"fmt"
	"strings"
)

// provider is a state body that answers one kind of request.
type provider struct {
	mnemonic, name string
	title          string // for the page
	space          string // namespace of request and response
	root, response string // their root elements
	answer         func(*request) ([]content, error)
}

// request is one payload on its way to a provider.
type request struct {
	s       *Service
	tx      *tx
	id      string
	payload *node
	test    bool   // TestMessage: the provider must change nothing of its own
	archive string // how an extract goes that is too large; "" = it is not
}

var providers = []*provider{
	{mnemonic: "MVDR01", name: "МВД России", title: "Действительность паспорта",
		space: "urn://mvd/gismu/RFP_ACTUAL_BANK/1.0.1", root: "request", response: "response", answer: passportBank},
	{mnemonic: "MVDR01", name: "МВД России", title: "Действительность паспорта (P001)",
		space: "urn://ru/mvd/sovm/p001/1.0.0", root: "request", response: "response", answer: passportP001},
	{mnemonic: "PFRF01", name: "Социальный фонд России", title: "Проверка СНИЛС",
		space: "http://kvs.pfr.com/snils-validation/1.0.1", root: "SnilsValidationRequest", response: "SnilsValidationResponse", answer: snilsValidation},
	{mnemonic: "FNSR01", name: "ФНС России", title: "ИНН по паспортным данным",
		space: "urn://x-artefacts-fns-inn-singular/root/270-18/4.0.1", root: "FNSINNSingularRequest", response: "FNSINNSingularResponse", answer: innSingular},
	{mnemonic: "PFRF01", name: "Социальный фонд России", title: "СНИЛС по данным",
		space: "http://kvs.pfr.com/snils-by-additionalData/1.0.1", root: "SnilsByAdditionalDataRequest", response: "SnilsByAdditionalDataResponse", answer: snilsByData},
	{mnemonic: "FNSR01", name: "ФНС России", title: "ИНН и паспорт",
		space: "urn://x-artefacts-ffns-paspinn-tofns-ru/247-01/4.0.0", root: "FNSPaspINNRequest", response: "FNSPaspINNResponse", answer: innMatch},
	{mnemonic: "FNSR01", name: "ФНС России", title: "Выписка из ЕГРЮЛ",
		space: "urn://x-artefacts-fns-vipul-tosmv-ru/311-14/4.0.6", root: "FNSVipULRequest", response: "FNSVipULResponse", answer: extractUL},
	{mnemonic: "FNSR01", name: "ФНС России", title: "Выписка из ЕГРЮЛ (4.0.5)",
		space: "urn://x-artefacts-fns-vipul-tosmv-ru/311-14/4.0.5", root: "FNSVipULRequest", response: "FNSVipULResponse", answer: extractUL},
	{mnemonic: "FNSR01", name: "ФНС России", title: "Выписка из ЕГРИП",
		space: "urn://x-artefacts-fns-vipip-tosmv-ru/311-15/4.0.5", root: "FNSVipIPRequest", response: "FNSVipIPResponse", answer: extractIP},
	{mnemonic: "ESIA01", name: "ЕСИА", title: "Регистрация учётной записи в ЕСИА",
		space: esiaRegisterNS, root: "ESIARegisterRequest", response: "ESIARegisterResponse", answer: registerPerson},
	{mnemonic: "ESIA01", name: "ЕСИА", title: "Регистрация сертификата в ЕСИА",
		space: esiaNS, root: "ESIARegisterCertificateRequest", response: "ESIARegisterCertificateResponse", answer: registerCertificate},
}

// Members lists the mnemonics that need a signing key, with their names.
func Members() map[string]string {
	out := map[string]string{}
	for _, p := range providers {
		out[p.mnemonic] = p.name
	}
	return out
}

func findProvider(n xml.Name) *provider {
	for _, p := range providers {
		if p.space == n.Space && p.root == n.Local {
			return p
		}
	}
	return nil
}

func providerByMnemonic(m string) *provider {
	for _, p := range providers {
		if p.mnemonic == m {
			return p
		}
	}
	return &provider{mnemonic: m, name: m}
}

// rejectCodes is the schema's RejectCode.
var rejectCodes = []string{"ACCESS_DENIED", "NO_DATA", "UNKNOWN_REQUEST_DESCRIPTION", "FAILURE"}

// run asks the provider, unless the knob «refuse» answers instead of it. The
// reason may begin with a code of the schema and a colon; FAILURE otherwise.
// Begun with a mnemonic and a blank it is that provider's only.
func (p *provider) run(in *request, refuse string) ([]content, error) {
	if whose, reason, ok := strings.Cut(refuse, " "); ok && Members()[whose] != "" {
		if refuse = reason; whose != p.mnemonic {
			refuse = ""
		}
	}
	if refuse == "" {
		return p.answer(in)
	}
	for _, code := range rejectCodes {
		if text, ok := strings.CutPrefix(refuse, code+":"); ok {
			return reject(code, strings.TrimSpace(text)), nil
		}
	}
	return reject("FAILURE", refuse), nil
}

func reject(code, text string) []content { return []content{{RejectCode: code, RejectText: text}} }

// invalid is SMEV's own verdict on a payload that breaks its schema.
func invalid(format string, args ...any) []content {
	return []content{{Invalid: fmt.Sprintf(format, args...)}}
}
