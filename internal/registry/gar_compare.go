package registry

import (
	"context"
	"slices"
	"strings"
	"unicode"

	"github.com/uptrace/bun"
	"golang.org/x/text/unicode/norm"
)

// Likeness says how two addresses, or two parts of them, stand to each other.
type Likeness int

// From the least to the most that can be said against them.
const (
	NotComparable Likeness = iota // one of them does not tell
	Equal
	Respelled // the same place written otherwise, or by a former name
	Differs
)

// AddressParts is an address taken apart, as a card, the register of
// organisations or the address register tells it; kinds («ул.») may stand in the
// parts or not.
type AddressParts struct {
	GUID       string // of the innermost object the address register knows
	Level      int    // how far it tells: 8 to the street, 10 to the house, 11 to the flat
	RegionCode string // two digits
	Region     string
	District   string
	Municipal  string // the same by the municipal division; one of the two will do
	City       string
	Settlement string
	Area       string // of a city: district, quarter
	Street     string
	House      string // with building and structure
	Room       string // flat, office, room
}

// AddressPart is the verdict of one part.
type AddressPart struct {
	Name         string // Russian
	Ours, Theirs string
	Likeness     Likeness
}

// AddressComparison is the verdict of the whole and of every part that one of
// the two tells.
type AddressComparison struct {
	Likeness   Likeness
	SameObject bool // by GUID
	Archived   bool // the address register's object is no more
	Parts      []AddressPart
}

// Differing names the parts that differ.
func (c AddressComparison) Differing() (names []string) {
	for _, p := range c.Parts {
		if p.Likeness == Differs {
			names = append(names, p.Name)
		}
	}
	return names
}

// Parts takes an address of the register of organisations apart.
func (a *Address) Parts() AddressParts {
	p := AddressParts{GUID: a.GUID, Level: 11, RegionCode: a.RegionCode, Region: a.Region, District: a.District, Area: a.Area, Street: a.Street}
	p.City, p.Settlement = a.City, a.Locality
	if a.City == "" {
		p.City, p.Settlement = SplitLocality(a.Locality)
	}
	p.House, p.Room = SplitRoom(joinWords(a.House, a.Room))
	return p
}

// Parts takes an address of the address register apart.
func (a *GARAddress) Parts() AddressParts {
	p := AddressParts{GUID: a.GUID, Level: a.Level, RegionCode: a.RegionCode, Region: a.Region, District: a.District, Municipal: a.Municipal, Area: a.Area, Street: a.Street, House: a.House}
	city, settlement, both := strings.Cut(a.Place, ", ")
	if p.City, p.Settlement = city, settlement; !both {
		p.City, p.Settlement = SplitLocality(city)
	}
	return p
}

// SplitLocality tells a city from another settlement by the kind; without one it
// is taken for a city.
func SplitLocality(s string) (city, settlement string) {
	if kind := readGAR(s).kind; kind == "" || kind == "г" {
		return s, ""
	}
	return "", s
}

// roomKinds are how kinds of rooms are written.
var roomKinds = strings.Fields(`ОФ ОФИС КВ КВАРТ КВАРТИРА ПОМ ПОМЕЩ ПОМЕЩЕНИЕ КОМ КОМН КОМНАТА КАБ КАБИНЕТ ЭТ ЭТАЖ`)

// SplitRoom parts the number of a house from what lies in it: «д. 3 к. 1» and
// «офис 12».
func SplitRoom(s string) (house, room string) {
	letters, begun := []rune(norm.NFC.String(s)), -1
	for i, r := range append(letters, ' ') {
		switch letter := unicode.IsLetter(r); {
		case letter && begun < 0:
			begun = i
		case !letter && begun >= 0:
			if slices.Contains(roomKinds, garFold(string(letters[begun:i]))) {
				return strings.TrimRight(string(letters[:begun]), " ,;"), string(letters[begun:])
			}
			begun = -1
		}
	}
	return s, ""
}

// CompareAddresses sets two addresses side by side. What one of them does not
// tell says nothing; the same object of the address register outweighs districts,
// which the two divisions name differently.
func CompareAddresses(a, b AddressParts) AddressComparison {
	c := AddressComparison{SameObject: a.GUID != "" && strings.EqualFold(a.GUID, b.GUID)}
	add := func(name, x, y string, level int, same func(x, y string) bool) Likeness {
		p := AddressPart{Name: name, Ours: x, Theirs: y, Likeness: NotComparable}
		told := level <= a.Level && level <= b.Level
		switch {
		case x == "" && y == "":
			return NotComparable
		case told && level == 11 && (x == "" || y == ""):
			p.Likeness = Differs // both tell all they have
		case !told || x == "" || y == "":
		case strings.EqualFold(x, y):
			p.Likeness = Equal
		case same(x, y):
			p.Likeness = Respelled
		default:
			p.Likeness = Differs
		}
		c.Parts = append(c.Parts, p)
		return p.Likeness
	}
	if a.RegionCode != "" && b.RegionCode != "" {
		add("регион", a.RegionCode, b.RegionCode, 1, sameName)
	} else {
		add("регион", a.Region, b.Region, 1, sameName)
	}
	add("район", first(a.District, a.Municipal), first(b.District, b.Municipal), 2, func(string, string) bool {
		return slices.ContainsFunc([]string{a.District, a.Municipal}, func(x string) bool {
			return x != "" && slices.ContainsFunc([]string{b.District, b.Municipal}, func(y string) bool { return y != "" && sameName(x, y) })
		})
	})
	var place Likeness
	if (a.City == "") != (b.City == "") && (a.Settlement == "" || b.Settlement == "") { // a village of the one is the city of the other
		place = add("населённый пункт", first(a.Settlement, a.City), first(b.Settlement, b.City), 5, sameName)
	} else {
		place = max(add("город", a.City, b.City, 5, sameName), add("населённый пункт", a.Settlement, b.Settlement, 6, sameName))
	}
	add("район города", a.Area, b.Area, 7, sameName)
	street := add("улица", a.Street, b.Street, 8, sameName)
	add("дом", a.House, b.House, 10, func(x, y string) bool { return garNumberNorm(x) == garNumberNorm(y) })
	add("помещение", a.Room, b.Room, 11, func(x, y string) bool { return roomNorm(x) == roomNorm(y) })
	c.conclude(place, street)
	return c
}

func (c *AddressComparison) conclude(place, street Likeness) {
	c.Likeness = Equal
	for i := range c.Parts {
		p := &c.Parts[i]
		if p.Name == "район" && p.Likeness == Differs && c.SameObject {
			p.Likeness = Respelled
		}
		c.Likeness = max(c.Likeness, p.Likeness)
	}
	if c.Likeness < Differs && !c.SameObject && place == NotComparable && street == NotComparable {
		c.Likeness = NotComparable
	}
}

// CheckAddress compares an address with the object of the address register that
// its GUID names; former names of places and streets are the same place. The
// object is nil, and the verdict NotComparable, when the register does not know
// the GUID or there is none.
func CheckAddress(ctx context.Context, tx bun.IDB, a AddressParts) (AddressComparison, *GARAddress, error) {
	g, err := FindGAR(ctx, tx, a.GUID)
	if err != nil || g == nil {
		return AddressComparison{}, nil, err
	}
	c := CompareAddresses(a, g.Parts())
	c.Archived = g.Archived
	for i, p := range c.Parts {
		guid := map[string]string{"город": g.PlaceGUID, "населённый пункт": g.PlaceGUID, "район города": g.AreaGUID, "улица": g.StreetGUID}[p.Name]
		if p.Likeness != Differs || guid == "" {
			continue
		}
		former, err := GARNames(ctx, tx, guid, p.Ours)
		if err != nil {
			return c, g, err
		}
		if former {
			c.Parts[i].Likeness = Respelled
		}
	}
	c.conclude(Equal, Equal)
	return c, g, nil
}

// sameName compares without kinds, in any order of words.
func sameName(a, b string) bool {
	x, y := readGAR(a).words, readGAR(b).words
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}

func roomNorm(s string) string {
	return strings.Join(slices.DeleteFunc(strings.Fields(garSplitNumber(s)), func(w string) bool { return slices.Contains(roomKinds, w) }), " ")
}
