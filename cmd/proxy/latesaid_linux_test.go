package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// lateSaid is what both peers of a recorder say: secrets in many places, and at last a job that declares them.
type lateSaid struct {
	random  *rand.Rand
	secrets []string
	calls   []lateSaidCall
	often   int // how often the secrets are in exchanges before they are declared
}

type lateSaidCall struct {
	method, target string
	header         []string // names and values by turns
	body           []byte
	status         int
	answered       []string
	answer         []byte
}

const declaring = "/api/v4/jobs/request?n=-1"

func newLateSaid(seed uint64) *lateSaid {
	s := &lateSaid{random: rand.New(rand.NewPCG(seed, 2))}
	for _, n := range []int{9, 24, 60} {
		s.secrets = append(s.secrets, "k7"+s.noise(n-3)+"Q")
	}
	s.secrets = append(s.secrets, "p4/"+s.noise(20)+"+q5R")
	text := s.text(300_000) // of several chunks
	for i := range 3 {
		s.get("/big", text)
		s.get("/thing", s.text(900))
		for range 10 {
			s.post("/api/v4/jobs/request", fmt.Appendf(nil, `{"info":{"name":"late"},"token":"glrt-t1_abcdefGHIJ0123456789","note":%q}`, s.secret()), http.StatusNoContent)
		}
		var packed bytes.Buffer
		z := gzip.NewWriter(&packed)
		fmt.Fprintf(z, `{"note":%q}`, s.text(9000))
		z.Close()
		s.get("/packed", packed.Bytes(), "Content-Type", "application/json", "Content-Encoding", "gzip")
		s.get("/big", s.text(200_000))
		log := s.text(40_000)
		for at := 0; at < len(log); {
			n := min(len(log)-at, 1+s.random.IntN(3000))
			s.calls = append(s.calls, lateSaidCall{
				method: http.MethodPatch, target: fmt.Sprintf("/api/v4/jobs/%d/trace", 7+i), body: log[at : at+n], status: http.StatusAccepted,
				header: []string{"Content-Type", "text/plain", "Content-Range", fmt.Sprintf("%d-%d", at, at+n-1)},
			})
			at += n
		}
	}
	return s
}

func (s *lateSaid) noise(n int) string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	b := make([]byte, n)
	for i := range b {
		b[i] = letters[s.random.IntN(len(letters))]
	}
	return string(b)
}

func (s *lateSaid) secret() string { return s.secrets[s.random.IntN(len(s.secrets))] }

// text has secrets in it every few hundred bytes, as they are and in base64, and little that compresses.
func (s *lateSaid) text(n int) []byte {
	var b strings.Builder
	for b.Len() < n {
		b.WriteString(s.noise(s.random.IntN(700)))
		switch secret := s.secret(); s.random.IntN(4) {
		case 0:
			b.WriteString("\n" + base64.StdEncoding.EncodeToString([]byte(secret)) + "\n")
		default:
			b.WriteString(" " + secret + "\n")
		}
	}
	return []byte(b.String())
}

func (s *lateSaid) get(path string, answer []byte, header ...string) {
	if len(header) == 0 {
		header = []string{"Content-Type", "text/plain"}
	}
	s.calls = append(s.calls, lateSaidCall{
		method: http.MethodGet, target: path + "?q=" + url.QueryEscape(s.secret()), header: []string{"X-Thing", s.secret()},
		status: http.StatusOK, answered: append(header, "X-Thing", s.secret()), answer: answer,
	})
}

func (s *lateSaid) post(path string, body []byte, status int) {
	s.calls = append(s.calls, lateSaidCall{method: http.MethodPost, target: path, header: []string{"Content-Type", "application/json"}, body: body, status: status})
}

// all says everything but what declares the secrets.
func (s *lateSaid) all(ctx context.Context, base string) error {
	for i, c := range s.calls {
		sign := "?"
		if strings.Contains(c.target, "?") {
			sign = "&"
		}
		if err := s.say(ctx, base, &c, c.target+sign+"n="+strconv.Itoa(i)); err != nil {
			return err
		}
	}
	return nil
}

// declare has a job handed out that declares the secrets. Without an error it was answered, whole.
func (s *lateSaid) declare(ctx context.Context, base string) error {
	c := s.declaration()
	return s.say(ctx, base, &c, declaring)
}

func (s *lateSaid) declaration() lateSaidCall {
	var variables []string
	for i, secret := range s.secrets {
		variables = append(variables, fmt.Sprintf(`{"key":"S%d","value":%q,"masked":true}`, i, secret))
	}
	return lateSaidCall{
		method: http.MethodPost, header: []string{"Content-Type", "application/json"}, body: []byte(`{"info":{"name":"late"}}`), status: http.StatusCreated,
		answered: []string{"Content-Type", "application/json"},
		answer:   fmt.Appendf(nil, `{"id":9,"token":"glcbt-64_abcdefghij0123456789","variables":[%s]}`, strings.Join(variables, ",")),
	}
}

func (s *lateSaid) say(ctx context.Context, base string, c *lateSaidCall, target string) error {
	req, err := http.NewRequestWithContext(ctx, c.method, base+target, bytes.NewReader(c.body))
	if err != nil {
		return err
	}
	req.Header.Set("Accept-Encoding", "identity")
	for i := 0; i < len(c.header); i += 2 {
		req.Header.Set(c.header[i], c.header[i+1])
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	if err == nil && (res.StatusCode != c.status || !bytes.Equal(got, c.answer)) {
		err = fmt.Errorf("%s: %s with %d bytes", target, res.Status, len(got))
	}
	return err
}

// ServeHTTP is the upstream.
func (s *lateSaid) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	io.Copy(io.Discard, r.Body)
	c := s.declaration()
	if n, err := strconv.Atoi(r.URL.Query().Get("n")); err == nil && n >= 0 && n < len(s.calls) {
		c = s.calls[n]
	}
	for i := 0; i < len(c.answered); i += 2 {
		w.Header().Set(c.answered[i], c.answered[i+1])
	}
	w.WriteHeader(c.status)
	w.Write(c.answer)
}
