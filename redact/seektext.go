package redact

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
)

// look looks at a text in all its readings.
func (s *Seeker) look(text []byte) {
	if len(s.sought) == 0 {
		return
	}
	s.plain(text)
	for plain, times := text, 2; times > 0 && bytes.IndexByte(plain, '\\') >= 0; times-- { // JSON, also in a string of JSON
		plain, _ = unquote(plain)
		s.plain(plain)
	}
	if hasEscapes(text) {
		plain, _ := unescape(text)
		s.plain(plain)
	}
	s.base64(text)
}

// base64 looks at what is long enough to be base64 of a secret, from each place in a group on.
func (s *Seeker) base64(text []byte) {
	var plain []byte
	for from := 0; from < len(text); {
		end := from
		web := false
		for ; end < len(text) && (alphabet(text[end]) != "" || text[end] == '+' || text[end] == '/' || text[end] == '-' || text[end] == '_'); end++ {
			web = web || text[end] == '-' || text[end] == '_'
		}
		if run := text[from:end]; len(run) >= minSecret*4/3 {
			coding := base64.RawStdEncoding
			if web {
				coding = base64.RawURLEncoding
			}
			for start := range 4 {
				group := run[start:]
				if len(group)%4 == 1 {
					group = group[:len(group)-1]
				}
				plain = append(plain[:0], make([]byte, coding.DecodedLen(len(group)))...)
				n, _ := coding.Decode(plain, group) // up to what is no base64
				s.plain(plain[:n])
			}
		}
		from = end + 1
	}
}

// plain looks for the secrets as they are.
func (s *Seeker) plain(text []byte) {
	if len(text) < minSecret {
		return
	}
	s.shape = shapeOf(s.shape[:0], text)
	head := binary.LittleEndian.Uint64(s.shape) << 8
	for i := 0; i+minSecret <= len(s.shape); i++ {
		head = head>>8 | uint64(s.shape[i+minSecret-1])<<56
		if bit := beginning(head); s.begins[bit/64]&(1<<(bit%64)) == 0 {
			continue
		}
		for _, shape := range s.shapes[head] {
			if len(s.shape)-i >= len(shape) && string(s.shape[i:i+len(shape)]) == shape {
				s.value(string(text[i : i+len(shape)]))
			}
		}
	}
}

func (s *Seeker) value(value string) {
	if s.sought[value] { // it has its stand-in already
		return
	}
	if standIn := s.r.make.make(value, 0); s.sought[standIn] {
		delete(s.sought, standIn)
		s.found++
		s.r.Learn(value)
	}
}
