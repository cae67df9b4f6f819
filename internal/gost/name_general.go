package gost

import (
	"errors"
	"net/netip"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// NameKind is the form of a GeneralName: its tag in RFC 5280, 4.2.1.6.
type NameKind int

// The forms that are looked into; the others travel as bytes.
const (
	OtherName     NameKind = 0
	EmailName     NameKind = 1
	DNSName       NameKind = 2
	X400Name      NameKind = 3
	DirectoryName NameKind = 4
	EDIPartyName  NameKind = 5
	URIName       NameKind = 6
	IPName        NameKind = 7
	RegisteredID  NameKind = 8
)

// GeneralName names somebody or something in one of the forms.
type GeneralName struct {
	Kind  NameKind
	Text  string // e-mail, DNS name, URI: ASCII
	Name  Name   // of a directory name
	Bytes []byte // DER of the directory name; address (4 or 16) or, in a constraint, address and mask (8 or 32) of IP; content of other forms
}

// GeneralIP returns the name of an address.
func GeneralIP(a netip.Addr) GeneralName { return GeneralName{Kind: IPName, Bytes: a.AsSlice()} }

// maxNames bounds every list of general names.
const maxNames = 1000

// readGeneralNames reads names until s is used up.
func readGeneralNames(s *cryptobyte.String) (all []GeneralName, ok bool) {
	for !s.Empty() {
		n, ok := readGeneralName(s)
		if !ok || len(all) == maxNames {
			return nil, false
		}
		all = append(all, n)
	}
	return all, true
}

func readGeneralName(s *cryptobyte.String) (n GeneralName, ok bool) {
	var value cryptobyte.String
	var tag cbasn1.Tag
	if !s.ReadAnyASN1(&value, &tag) {
		return n, false
	}
	number := tag & 0x1f
	constructed := tag&0x20 != 0
	n.Kind, n.Bytes = NameKind(number), value
	if tag&0xc0 != 0x80 || number > 8 {
		return n, false
	}
	switch n.Kind {
	case EmailName, DNSName, URIName:
		n.Text, n.Bytes = string(value), nil
		return n, !constructed && fits(n.Text, cbasn1.IA5String)
	case DirectoryName:
		var err error
		n.Name, err = ParseName(value)
		return n, constructed && err == nil
	case IPName:
		return n, !constructed && (len(value) == 4 || len(value) == 8 || len(value) == 16 || len(value) == 32)
	case RegisteredID:
		return n, !constructed && len(value) > 0
	}
	return n, constructed
}

// addGeneralName writes one name.
func addGeneralName(b *cryptobyte.Builder, n GeneralName) {
	tag := cbasn1.Tag(n.Kind).ContextSpecific()
	content := n.Bytes
	switch n.Kind {
	case EmailName, DNSName, URIName:
		if !fits(n.Text, cbasn1.IA5String) {
			b.SetError(errors.New("general name is not ASCII"))
			return
		}
		content = []byte(n.Text)
	case DirectoryName:
		tag = tag.Constructed()
		if content == nil {
			der, err := n.Name.Marshal()
			if err != nil {
				b.SetError(err)
				return
			}
			content = der
		}
	case OtherName, X400Name, EDIPartyName:
		tag = tag.Constructed()
	}
	b.AddASN1(tag, func(b *cryptobyte.Builder) { b.AddBytes(content) })
}

// urls picks the addresses out of names.
func urls(names []GeneralName) (all []string) {
	for _, n := range names {
		if n.Kind == URIName {
			all = append(all, n.Text)
		}
	}
	return all
}

// sameGeneralName compares names of one form.
func sameGeneralName(a, b GeneralName) bool {
	if a.Kind != b.Kind {
		return false
	}
	if a.Kind == DirectoryName {
		return sameName(a.Bytes, b.Bytes)
	}
	return a.Text == b.Text && string(a.Bytes) == string(b.Bytes)
}
