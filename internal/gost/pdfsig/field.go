package pdfsig

// field is a signature field that holds a signature.
type field struct {
	name string // the full name: partial names with points between
	in   ref    // the object with the signature dictionary
	at   *object
	dict dict // the signature dictionary
}

// signatures finds the signed fields of the document's form, in its order.
func (f *file) signatures() (found []field, err error) {
	form := dictOf(f.resolve(f.catalog()["AcroForm"]))
	list, _ := f.resolve(form["Fields"]).(array)
	seen, held := map[int]bool{}, map[ref]bool{}
	var walk func(list array, prefix string, kind any, value any, depth int) error
	walk = func(list array, prefix string, kind, value any, depth int) error {
		for _, v := range list {
			r, ok := v.(ref)
			if !ok || seen[r.num] { // a field is an indirect object of its own
				continue
			}
			if seen[r.num] = true; len(seen) > maxFields || depth > maxNesting {
				return errLimit
			}
			d := dictOf(f.resolve(r))
			if d == nil {
				continue
			}
			kind, value, full := kind, value, prefix
			if own, ok := d["FT"]; ok {
				kind = f.resolve(own)
			}
			if own, ok := d["V"]; ok {
				if value = own; dictOf(own) != nil {
					value = r // the dictionary stands in the field itself
				}
			}
			if t, ok := f.resolve(d["T"]).(text); ok {
				if full != "" {
					full += "."
				}
				full += decodeText(t.b)
			}
			if kids, ok := f.resolve(d["Kids"]).(array); ok && hasFields(f, kids) {
				if err := walk(kids, full, kind, value, depth+1); err != nil {
					return err
				}
				continue
			}
			holder, ok := value.(ref)
			if kind != name("Sig") || !ok || held[holder] {
				continue
			}
			held[holder] = true
			o := f.object(holder)
			if o == nil {
				continue
			}
			sig := dictOf(o.value)
			if holder == r {
				sig = dictOf(sig["V"])
			}
			if sig != nil {
				found = append(found, field{full, holder, o, sig})
			}
		}
		return nil
	}
	return found, walk(list, "", nil, nil, 0)
}

const maxFields = 100_000

// hasFields tells child fields from the widgets a field is shown by.
func hasFields(f *file, kids array) bool {
	for _, k := range kids {
		if d := dictOf(f.resolve(k)); d != nil && (d["T"] != nil || d["Kids"] != nil) {
			return true
		}
	}
	return false
}

// permissions are what the certifying signature of the document allows later:
// 1 nothing, 2 form filling and signing, 3 annotations too; 0 = it has none
// (ISO 32000-1, 12.8.2.2).
func (f *file) permissions() int {
	perms := dictOf(f.resolve(f.catalog()["Perms"]))
	return f.certifies(dictOf(f.resolve(perms["DocMDP"])))
}

func (f *file) certifies(sig dict) int {
	if p := f.transform(sig, "DocMDP"); p != nil {
		if n, ok := f.resolve(p["P"]).(int); ok && n >= 1 && n <= 3 {
			return n
		}
		return 2 // the default
	}
	return 0
}

// transform finds the parameters of a transform method among a signature's
// references; nil when it has none.
func (f *file) transform(sig dict, method name) dict {
	list, _ := f.resolve(sig["Reference"]).(array)
	for _, v := range list {
		if d := dictOf(f.resolve(v)); d != nil && f.resolve(d["TransformMethod"]) == method {
			if p := dictOf(f.resolve(d["TransformParams"])); p != nil {
				return p
			}
			return dict{}
		}
	}
	return nil
}
