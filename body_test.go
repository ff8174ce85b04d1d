package runnertape_test

import (
	"encoding/json"
	"testing"

	"runnertape"
)

func TestCRC32InJSON(t *testing.T) {
	for text, want := range map[string]runnertape.Body{
		`{"crc32":"0000abcd"}`: {CRC32: runnertape.CRC32{Sum: 0xabcd, Known: true}},
		`{"crc32":"00000000"}`: {CRC32: runnertape.CRC32{Known: true}},
		`{"crc32":""}`:         {},
		`{}`:                   {},
	} {
		var b, again runnertape.Body
		if err := json.Unmarshal([]byte(text), &b); err != nil || b != want {
			t.Errorf("%s is %+v, %v", text, b, err)
		}
		written, err := json.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(written, &again); err != nil || again != want {
			t.Errorf("%s was written as %s", text, written)
		}
	}
	for _, text := range []string{`{"crc32":"abcd"}`, `{"crc32":"0000abcg"}`, `{"crc32":1}`} {
		if err := json.Unmarshal([]byte(text), new(runnertape.Body)); err == nil {
			t.Errorf("%s was read", text)
		}
	}
}
