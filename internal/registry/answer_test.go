package registry

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

const ulAnswer = `<?xml version="1.0" encoding="UTF-8"?><ns1:FNSVipULResponse xmlns:ns1="urn://x-artefacts-fns-vipul-tosmv-ru/311-14/4.0.6" xmlns:fnst="urn://x-artefacts-fns/vipul-types/4.0.6" ИдДок="7">` +
	`<ns1:СвЮЛ ДатаВып="2026-11-20" ОГРН="1027700132195" ДатаОГРН="2002-08-16" ИНН="7707083893" КПП="773601001"><ns1:СвНаимЮЛ НаимЮЛПолн="ПАО &quot;СБЕР&quot; &amp; Ко" НаимЮЛСокр="ПАО СБЕР"/>` +
	`<ns1:СвАдресЮЛ><ns1:АдресРФ Индекс="117312" КодРегион="77" Дом="Д. 19"><fnst:Регион ТипРегион="ГОРОД" НаимРегион="МОСКВА"/><fnst:Улица ТипУлица="УЛ." НаимУлица="ВАВИЛОВА"/></ns1:АдресРФ></ns1:СвАдресЮЛ>` +
	`<ns1:СведДолжнФЛ><ns1:СвФЛ Фамилия="ИВАНОВ" Имя="ИВАН"/><ns1:СвДолжн ВидДолжн="02" НаимВидДолжн="Руководитель" НаимДолжн="ПРЕЗИДЕНТ"/></ns1:СведДолжнФЛ></ns1:СвЮЛ></ns1:FNSVipULResponse>`

// TestAnswerIsReadAsDump reads the tax service's answer through SMEV into the
// same fields as a dump's record.
func TestAnswerIsReadAsDump(t *testing.T) {
	for name, text := range map[string]string{
		"prefixes": ulAnswer, "no declaration": strings.TrimPrefix(ulAnswer, `<?xml version="1.0" encoding="UTF-8"?>`),
		"default namespace": strings.ReplaceAll(strings.ReplaceAll(ulAnswer, "ns1:", ""), "xmlns:ns1", "xmlns"),
		"a comment first":   strings.Replace(ulAnswer, "?>", "?><!-- FNS -->\n", 1),
	} {
		r, meta, err := ParseExtract(strings.NewReader(text))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if r.OGRN != "1027700132195" || r.FullName != `ПАО "СБЕР" & Ко` || r.ShortName != "ПАО СБЕР" || r.Extracted != "2026-11-20" || len(r.Heads) != 1 ||
			r.Heads[0].Title != "ПРЕЗИДЕНТ" || r.Address.Line != "117312, ГОРОД МОСКВА, УЛ. ВАВИЛОВА, Д. 19" {
			t.Errorf("%s: %+v %+v", name, r, r.Address)
		}
		if meta.ID != "7" || !strings.Contains(meta.Form, "311-14/4.0.6") {
			t.Errorf("%s: %+v", name, meta)
		}
	}
	for name, c := range map[string]struct {
		text string
		want error
	}{
		"code instead":  {`<FNSVipULResponse xmlns="urn://x-artefacts-fns-vipul-tosmv-ru/311-14/4.0.6" ИдДок="7"><КодОбр>01</КодОбр></FNSVipULResponse>`, ErrNoRecord},
		"two records":   {strings.Replace(ulAnswer, "</ns1:FNSVipULResponse>", `<ns1:СвЮЛ ДатаВып="2026-11-20" ОГРН="1027700132195" ИНН="7707083893"><ns1:СвНаимЮЛ НаимЮЛПолн="А"/></ns1:СвЮЛ></ns1:FNSVipULResponse>`, 1), ErrManyRecord},
		"cut off":       {ulAnswer[:len(ulAnswer)-60], ErrCutOff},
		"doctype":       {strings.Replace(ulAnswer, "?>", `?><!DOCTYPE x [<!ENTITY a "b">]>`, 1), ErrDoctype},
		"another root":  {strings.ReplaceAll(ulAnswer, "FNSVipULResponse", "FNSVipXXResponse"), ErrNotDump},
		"empty":         {"", ErrNotDump},
		"nested deeply": {`<FNSVipULResponse xmlns="urn:x">` + strings.Repeat("<a>", 50) + strings.Repeat("</a>", 50) + `</FNSVipULResponse>`, nil},
	} {
		r, _, err := ParseExtract(strings.NewReader(c.text))
		if err == nil || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
}

func FuzzAnswer(f *testing.F) {
	f.Add([]byte(ulAnswer))
	f.Add([]byte(`<x:FNSVipIPResponse xmlns:x="urn:x" ИдДок="1"><x:СвИП ДатаВып="2026-11-20" ОГРНИП="304500116000157"/></x:FNSVipIPResponse>`))
	f.Fuzz(func(t *testing.T, content []byte) {
		r, _, err := ParseExtract(bytes.NewReader(content))
		if (r == nil) == (err == nil) {
			t.Error("neither a record nor an error, or both")
		}
	})
}
