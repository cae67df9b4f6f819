// Package onec is the client of accounting: an HTTP service published by an
// extension of 1C:Enterprise, JSON both ways. A shipment is posted once per
// idempotency key, its job is followed until 1C has made the documents, their
// files are fetched and checked by hash, and the job is confirmed. Numbers and
// dates of documents are 1C's; money travels as decimal strings.
package onec

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Client talks to one 1C.
type Client struct {
	base, token string
	http        *http.Client
	maxBytes    int64
}

// New returns the client of the service at base, with a bearer token.
func New(base, token string) *Client {
	return &Client{base: strings.TrimSuffix(base, "/"), token: token, http: &http.Client{Timeout: 20 * time.Second}, maxBytes: 20 << 20}
}

// Shipment is what POST /shipments takes.
type Shipment struct {
	ShipmentID   string       `json:"shipment_id"`
	Date         string       `json:"date"` // 2006-01-02
	Organisation Organisation `json:"organisation"`
	Contract     Contract     `json:"contract"`
	Lines        []Line       `json:"lines"`
	Total        string       `json:"total"`
	TotalVAT     string       `json:"total_vat"`
}

// Organisation is the buyer; a sole trader has no KPP.
type Organisation struct {
	INN  string `json:"inn"`
	KPP  string `json:"kpp"`
	Name string `json:"name"`
}

// Contract is the documents' basis.
type Contract struct {
	Number string `json:"number"`
	Date   string `json:"date"`
}

// Line is one service; sums include VAT.
type Line struct {
	ServiceID string `json:"service_id"`
	Name      string `json:"name"`
	Quantity  string `json:"quantity"`
	Unit      string `json:"unit"`
	Price     string `json:"price"`
	VATRate   string `json:"vat_rate"`
	Sum       string `json:"sum"`
	VAT       string `json:"vat"`
}

// Job is how far 1C has come with a shipment: accepted, processing, done or failed.
type Job struct {
	JobID     string     `json:"job_id"`
	Status    string     `json:"status"`
	Documents []Document `json:"documents"`
	Errors    []Problem  `json:"errors"`
}

// Document is an act or invoice that 1C has made.
type Document struct {
	Type   string `json:"type"`
	Number string `json:"number"`
	Date   string `json:"date"`
	Ref    string `json:"ref"`
	Posted bool   `json:"posted"`
	Amount string `json:"amount"`
	VAT    string `json:"vat"`
	Files  []File `json:"files"`
}

// File names a document's bytes.
type File struct {
	FileID string `json:"file_id"`
	Name   string `json:"name"`
	Mime   string `json:"mime"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Problem is one error, at a path of the body.
type Problem struct {
	Path    string `json:"path"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// Error is an answer other than success. Final means that the same request
// will be refused again: people must act.
type Error struct {
	Status   int
	Problems []Problem
	Err      error
}

func (e *Error) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("1c: %v", e.Err)
	}
	var list []string
	for _, p := range e.Problems {
		list = append(list, strings.TrimSpace(p.Path+" "+p.Code))
	}
	return fmt.Sprintf("1c: status %d: %s", e.Status, strings.Join(list, ", "))
}

func (e *Error) Unwrap() error { return e.Err }

// Final reports whether repeating is of no use.
func (e *Error) Final() bool {
	return e.Err == nil && e.Status >= 400 && e.Status < 500 && e.Status != http.StatusTooManyRequests && e.Status != http.StatusRequestTimeout &&
		e.Status != http.StatusUnauthorized
}

// Text is what 1C said, for people.
func (e *Error) Text() string {
	var list []string
	for _, p := range e.Problems {
		list = append(list, p.Message)
	}
	return strings.Join(list, " ")
}

// Refused returns the *Error in err's chain that repeating would not cure, or nil.
func Refused(err error) *Error {
	var e *Error
	if errors.As(err, &e) && e.Final() {
		return e
	}
	return nil
}

// Submit posts the shipment; the same key returns the same job.
func (c *Client) Submit(ctx context.Context, key string, s Shipment) (jobID string, err error) {
	var answer struct {
		JobID string `json:"job_id"`
	}
	if err := c.call(ctx, http.MethodPost, "/shipments", key, s, &answer); err != nil {
		return "", err
	}
	if answer.JobID == "" {
		return "", &Error{Err: errors.New("answer names no job")}
	}
	return answer.JobID, nil
}

// Status returns the job as it is now.
func (c *Client) Status(ctx context.Context, jobID string) (*Job, error) {
	var j Job
	if err := c.call(ctx, http.MethodGet, "/jobs/"+url.PathEscape(jobID), "", nil, &j); err != nil {
		return nil, err
	}
	return &j, nil
}

// Confirm says that the documents were taken over; repeating is harmless.
func (c *Client) Confirm(ctx context.Context, jobID string) error {
	return c.call(ctx, http.MethodPost, "/jobs/"+url.PathEscape(jobID)+"/confirm", "", nil, nil)
}

// Fetch returns the file's bytes after checking size and hash.
func (c *Client) Fetch(ctx context.Context, f File) ([]byte, error) {
	body, err := c.send(ctx, http.MethodGet, "/files/"+url.PathEscape(f.FileID), "", nil)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(body)
	if int64(len(body)) != f.Size || hex.EncodeToString(sum[:]) != strings.ToLower(f.SHA256) {
		return nil, &Error{Err: fmt.Errorf("file %s came damaged: %d bytes of %d", f.FileID, len(body), f.Size)}
	}
	return body, nil
}

func (c *Client) call(ctx context.Context, method, path, key string, in, out any) error {
	var body []byte
	if in != nil {
		var err error
		if body, err = json.Marshal(in); err != nil {
			return err
		}
	}
	answer, err := c.send(ctx, method, path, key, body)
	if err != nil || out == nil {
		return err
	}
	if err := json.Unmarshal(answer, out); err != nil {
		return &Error{Err: fmt.Errorf("decode answer of %s: %w", path, err)}
	}
	return nil
}

func (c *Client) send(ctx context.Context, method, path, key string, body []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	if body != nil {
		req.Header.Set("Content-Type", "application/json; charset=utf-8")
	}
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	res, err := c.http.Do(req)
	if err != nil {
		return nil, &Error{Err: err}
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, c.maxBytes+1))
	if err != nil {
		return nil, &Error{Err: err}
	}
	if int64(len(answer)) > c.maxBytes {
		return nil, &Error{Err: fmt.Errorf("answer of %s is larger than %d bytes", path, c.maxBytes)}
	}
	if res.StatusCode/100 != 2 {
		e := &Error{Status: res.StatusCode}
		var problems struct {
			Errors []Problem `json:"errors"`
		}
		if json.Unmarshal(answer, &problems) == nil {
			e.Problems = problems.Errors
		}
		return nil, e
	}
	return answer, nil
}
