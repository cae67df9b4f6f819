package esia

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"signdesk/internal/ext/sim/state"
)

type object = map[string]any

// rest opens a resource to the token's own person.
func (s *Service) rest(show func(r *http.Request, p Person, a access) (object, int)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		state.Title(w, "сведения "+r.URL.Path)
		token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		var a access
		err := s.Store.View(func(tx *state.Tx) error { return tx.Get(s.Bucket("tokens"), hashed(token), &a) })
		p, known := s.byOID(a.Person)
		if !ok || err != nil || !known || s.now().After(a.Expires) {
			reply(w, http.StatusUnauthorized, object{"message": "token"})
			return
		}
		answer, status := show(r, p, a)
		if status != http.StatusOK {
			answer = object{"message": http.StatusText(status)}
		}
		reply(w, status, answer)
	}
}

func (a access) has(scope string) bool { return slices.Contains(strings.Fields(a.Scope), scope) }

// opens copies the fields whose scope was granted.
func opens(granted string, fields map[string]object) object {
	out := object{}
	for _, scope := range strings.Fields(granted) {
		for name, v := range fields[scope] {
			out[name] = v
		}
	}
	return out
}

func (s *Service) person(r *http.Request, p Person, a access) (object, int) {
	if r.PathValue("oid") != strconv.FormatInt(p.OID, 10) {
		return nil, http.StatusForbidden
	}
	out := opens(a.Scope, map[string]object{
		"fullname": {"firstName": p.Name, "lastName": p.Surname, "middleName": p.Patronymic}, "birthdate": {"birthDate": p.birth(0)},
		"birthplace": {"birthPlace": "г. Москва"}, "gender": {"gender": p.gender()}, "citizenship": {"citizenship": "RUS"},
		"snils": {"snils": snils(p.SNILS)}, "inn": {"inn": p.INN}, "id_doc": {"rIdDoc": 35801},
	})
	out["trusted"], out["stateFacts"], out["status"] = !p.Unconfirmed, []string{"EntityRoot"}, "REGISTERED"
	return out, http.StatusOK
}

func snils(digits string) string {
	if len(digits) != 11 {
		return digits
	}
	return digits[:3] + "-" + digits[3:6] + "-" + digits[6:9] + " " + digits[9:]
}

func (s *Service) collection(r *http.Request, p Person, a access) (object, int) {
	if r.PathValue("oid") != strconv.FormatInt(p.OID, 10) {
		return nil, http.StatusForbidden
	}
	var list []object
	add := func(granted bool, o object) {
		if granted {
			list = append(list, o)
		}
	}
	var allowed bool
	switch r.PathValue("what") {
	case "ctts":
		add(a.has("email") || a.has("contacts"), object{"id": 1, "type": "EML", "vrfStu": "VERIFIED", "value": fmt.Sprintf("p%d@example.test", p.OID%1000000)})
		add(a.has("mobile") || a.has("contacts"), object{"id": 2, "type": "MBT", "vrfStu": "VERIFIED", "value": fmt.Sprintf("+7(900)%07d", p.OID%10000000)})
		add(a.has("contacts"), object{"id": 3, "type": "PHN", "vrfStu": "NOT_VERIFIED", "value": "+7(495)0000000"})
		allowed = len(list) > 0
	case "docs":
		add(a.has("id_doc"), object{"id": 35801, "type": "RF_PASSPORT", "vrfStu": "VERIFIED", "series": p.PassportSeries, "number": p.PassportNumber,
			"issueDate": p.birth(20), "issueId": "770001", "issuedBy": "ОВД района Арбат г. Москвы"})
		allowed = a.has("id_doc")
	case "addrs":
		add(a.has("addresses") || a.has("contacts"), object{"id": 15842, "type": "PRG", "addressStr": "г. Москва, Арбат улица", "house": "1", "flat": "2",
			"zipCode": "119019", "countryId": "RUS", "fiasCode": "77-0-000-000-000-000-0856-0000-000"})
		allowed = len(list) > 0
	case "roles":
		allowed = a.has("usr_org") || a.OrgScope != ""
		for _, o := range p.Organisations {
			add(allowed, object{"oid": o.OID(), "prnOid": p.OID, "fullName": o.FullName, "shortName": o.ShortName, "ogrn": o.OGRN, "type": o.kind(),
				"chief": o.Chief, "admin": o.Chief, "active": true})
		}
	default:
		return nil, http.StatusNotFound
	}
	if !allowed {
		return nil, http.StatusForbidden
	}
	out := object{"stateFacts": []string{"hasSize"}, "size": len(list), "elements": list}
	if r.PathValue("what") != "roles" && r.URL.Query().Get("embed") != "(elements)" { // addresses of the elements instead
		links := make([]string, len(list))
		for i, o := range list {
			links[i] = fmt.Sprintf("http://%s%s/%v", r.Host, r.URL.Path, o["id"])
		}
		out["elements"] = links
	}
	return out, http.StatusOK
}

func (s *Service) organisation(r *http.Request, p Person, a access) (object, int) {
	for _, o := range p.Organisations {
		if r.PathValue("oid") != strconv.FormatInt(o.OID(), 10) {
			continue
		}
		if a.OrgScope == "" {
			return nil, http.StatusForbidden
		}
		out := opens(a.OrgScope, map[string]object{"org_shortname": {"shortName": o.ShortName}, "org_fullname": {"fullName": o.FullName},
			"org_type": {"type": o.kind()}, "org_ogrn": {"ogrn": o.OGRN}, "org_inn": {"inn": o.INN}, "org_kpp": {"kpp": o.KPP}})
		out["oid"], out["isLiquidated"] = o.OID(), false
		return out, http.StatusOK
	}
	return nil, http.StatusForbidden
}
