package console

import "signdesk/internal/web"

// fields are a form's controls in the order of the page.
type fields []web.Field

// Get returns the control called name; a template asks for those it has laid out.
func (f fields) Get(name string) web.Field {
	for _, field := range f {
		if field.Name == name {
			return field
		}
	}
	return web.Field{Name: name, Label: name}
}

// Wrong are the controls with a message, for the summary above the form.
func (f fields) Wrong() []web.Field {
	var list []web.Field
	for _, field := range f {
		if field.Error != "" {
			list = append(list, field)
		}
	}
	return list
}
