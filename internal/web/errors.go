package web

import (
	"errors"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/fault"
)

// ErrorPage is what views/error.html shows.
type ErrorPage struct {
	Frame  Frame
	Status int
	Head   string
	Text   string
	Fields []FieldError
	Number string // incident number; "" when the person can cure it himself
	Back   string
}

// FieldError is one line of the summary above a form.
type FieldError struct{ Field, Text string }

// FieldErrors lists err's field messages in order.
func FieldErrors(err error) []FieldError {
	e := fault.As(err)
	if e == nil {
		return nil
	}
	var list []FieldError
	for _, name := range e.FieldNames() {
		list = append(list, FieldError{name, e.Fields[name]})
	}
	return list
}

var heads = map[int]string{
	fiber.StatusNotFound:              "Не найдено",
	fiber.StatusForbidden:             "Нет права",
	fiber.StatusConflict:              "Уже изменено",
	fiber.StatusUnprocessableEntity:   "Нужно исправить",
	fiber.StatusTooManyRequests:       "Слишком много попыток",
	fiber.StatusServiceUnavailable:    "Временно недоступно",
	fiber.StatusUnauthorized:          "Нужно войти",
	fiber.StatusRequestEntityTooLarge: "Файл слишком большой",
	fiber.StatusMethodNotAllowed:      "Не найдено",
}

// handleError is the one place that renders errors. What is not a fault.Error
// becomes an incident number; the details go to the log only.
func (k *Kit) handleError(c *fiber.Ctx, err error) error {
	status := statusOf(err)
	page := ErrorPage{Frame: k.BareFrame(c), Status: status, Head: heads[status], Back: backLink(c)}
	e := fault.As(err)
	var f *fiber.Error
	switch {
	case e != nil:
		page.Text = e.Text
		page.Fields = FieldErrors(err)
		if e.Err != nil {
			k.log.Warn("refused", "request", RequestID(c), "err", e.Err)
		}
	case errors.As(err, &f) && f.Code == fiber.StatusRequestEntityTooLarge:
		page.Text = "Файл больше 10 МБ. Уменьшите его и загрузите снова."
	case errors.As(err, &f) && f.Code < 500:
		page.Text = "Запрос не понят. Вернитесь и повторите действие."
	default:
		page.Head, page.Number = "Ошибка программы", RequestID(c)
		page.Text = "Данные сохранены до последнего завершённого действия. Повторите; если ошибка вернётся, назовите поддержке номер."
		k.log.Error("incident", "request", RequestID(c), "route", c.Route().Path, "err", err)
	}
	if page.Head == "" {
		page.Head = "Ошибка"
	}
	page.Frame.Title = page.Head
	if status == fiber.StatusUnauthorized && c.Method() == fiber.MethodGet && c.Get("HX-Request") == "" {
		return c.Redirect(loginAddress(c), fiber.StatusSeeOther)
	}
	c.Status(status)
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	if err := k.Views.Render(c.Response().BodyWriter(), "error", page); err != nil {
		k.log.Error("render error page", "request", RequestID(c), "err", err)
		return c.SendString(page.Head + ". " + page.Text)
	}
	return nil
}

// loginAddress leads back to the page after the sign-in.
func loginAddress(c *fiber.Ctx) string {
	page := string(c.Request().URI().RequestURI())
	if page == "/" {
		return "/login"
	}
	return "/login?next=" + url.QueryEscape(page)
}

// backLink is the page the person came from, if it is ours.
func backLink(c *fiber.Ctx) string {
	own := c.BaseURL()
	if ref := c.Get(fiber.HeaderReferer); len(ref) > len(own) && ref[:len(own)] == own && ref[len(own)] == '/' {
		return ref[len(own):]
	}
	return "/"
}
