package gost

import (
	"slices"
	"testing"
)

func TestName(t *testing.T) {
	der := must[[]byte](t)(person.Marshal())
	again := must[Name](t)(ParseName(der))
	if !slices.EqualFunc(person, again, func(a, b Attribute) bool { return a.Type.Equal(b.Type) && a.Value == b.Value }) {
		t.Errorf("read %v", again)
	}
	if got := person[:4].String(); got != "CN=ООО «Ромашка», SN=Иванов, GN=Иван Иванович, C=RU" {
		t.Error(got)
	}
	if got := (Name{{OIDStreet, "ул. Ленина, д. 1"}, {[]int{1, 2, 3}, "x"}}).String(); got != `STREET=ул. Ленина\, д. 1, 1.2.3=x` {
		t.Error(got)
	}
	if again.Get(OIDSNILS) != "11223344595" || again.Get(OIDOGRNIP) != "" {
		t.Error("Get")
	}
	for _, bad := range []Attribute{{OIDINN, "77012345678a"}, {OIDOGRN, "1 027"}, {OIDCountry, "РФ"}, {OIDEmail, "я@почта.рф"},
		{OIDCommonName, ""}, {OIDCommonName, "\xff"}} {
		if der, err := (Name{bad}).Marshal(); err == nil {
			t.Errorf("%v %q is written as %x", bad.Type, bad.Value, der)
		}
	}
}

// Every string type that occurs in foreign names, and what is not a string.
func TestNameStrings(t *testing.T) {
	wrap := func(tag byte, value string) []byte {
		attribute := appendElement(0x30, append([]byte{6, 3, 2*40 + 5, 4, 3}, appendElement(tag, []byte(value))...))
		return appendElement(0x30, appendElement(0x31, attribute))
	}
	for _, tt := range []struct {
		tag         byte
		value, want string
	}{
		{12, "Ёж", "Ёж"}, {19, "Ezh", "Ezh"}, {18, "770", "770"}, {22, "a@b", "a@b"},
		{20, "caf\xe9", "café"}, {30, "\x04\x01\x04\x36", "Ёж"}, {28, "\x00\x00\x04\x01\x00\x00\x04\x36", "Ёж"},
	} {
		if n, err := ParseName(wrap(tt.tag, tt.value)); err != nil || n.Get(OIDCommonName) != tt.want {
			t.Errorf("tag %d: %v %v", tt.tag, n, err)
		}
	}
	for tag, value := range map[byte]string{12: "\xff", 30: "\x04", 28: "\x04\x01", 2: "\x01"} {
		if n, err := ParseName(wrap(tag, value)); err == nil {
			t.Errorf("tag %d is read as %v", tag, n)
		}
	}
}

// Names are equal by what they say (RFC 5280, 7.1), and by nothing less.
func TestSameName(t *testing.T) {
	der := func(n Name) []byte { return must[[]byte](t)(n.Marshal()) }
	printable := appendElement(0x30, appendElement(0x31, appendElement(0x30, append([]byte{6, 3, 0x55, 4, 10}, appendElement(19, []byte("Firm"))...))))
	two := func(a, b Attribute) []byte { // one set
		pair := func(x Attribute) []byte {
			n := der(Name{x})
			return n[4:]
		}
		return appendElement(0x30, appendElement(0x31, append(pair(a), pair(b)...)))
	}
	o, cn := Attribute{OIDOrganization, "Firm"}, Attribute{OIDCommonName, "Ivan"}
	for _, tt := range []struct {
		a, b []byte
		want bool
	}{
		{der(person), der(person), true},
		{der(Name{o}), printable, true},
		{der(Name{o}), der(Name{{OIDOrganization, "  FIRM "}}), true},
		{der(Name{{OIDOrganization, "Ёж и  Ко"}}), der(Name{{OIDOrganization, "ЁЖ И КО"}}), true},
		{der(Name{{OIDOrganization, "Е\u0308ж"}}), der(Name{{OIDOrganization, "Ёж"}}), true},
		{der(Name{{OIDOrganization, "Firm Ltd"}}), der(Name{{OIDOrganization, "FirmLtd"}}), false},
		{two(o, cn), two(cn, o), true},
		{two(o, cn), der(Name{o, cn}), false},
		{der(Name{o, cn}), der(Name{cn, o}), false},
		{der(Name{o}), der(Name{o, cn}), false},
		{der(Name{{OIDCommonName, "Firm"}}), der(Name{o}), false},
		{der(Name{{OIDOrganization, `Firm",2.5.4.3="Ivan`}}), der(Name{o, cn}), false},
		{der(Name{{OIDOrganization, "Firm\x002.5.4.3=Ivan"}}), two(o, cn), false},
		{der(Name{o}), []byte{0x30, 1}, false},
	} {
		if sameName(tt.a, tt.b) != tt.want || sameName(tt.b, tt.a) != tt.want {
			t.Errorf("%x and %x: %v", tt.a, tt.b, !tt.want)
		}
	}
}
