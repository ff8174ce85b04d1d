package decode

import (
	"strings"
	"testing"
)

func TestParseJobPayloadErrors(t *testing.T) {
	tests := []struct{ body, want string }{
		{``, "not JSON at byte 0"},
		{`{"id":1,`, "not JSON at byte 8"},
		{`[1]`, "JSON array where object belongs"},
		{`"x"`, "JSON string where object belongs"},
		{strings.Repeat(`[`, 20000), "not JSON"},
	}
	for _, tt := range tests {
		_, err := ParseJobPayload([]byte(tt.body))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("ParseJobPayload(%.20q): error %v, want %q", tt.body, err, tt.want)
		}
	}
	if p, err := ParseJobPayload([]byte("null")); err != nil || p.ID != 0 {
		t.Errorf("null: %v, %v", p, err)
	}
}

// However many values are wrong, the list of them is short.
func TestParseJobPayloadManyFaults(t *testing.T) {
	p, err := ParseJobPayload([]byte(`{"id":5,"variables":[` + strings.Repeat(`1,`, 999) + `1]}`))
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Faults) != maxFaults+1 || p.ID != 5 || len(p.Variables) != 1000 {
		t.Errorf("%d faults, id %d, %d variables", len(p.Faults), p.ID, len(p.Variables))
	}
}

func TestVariable(t *testing.T) {
	p := JobPayload{Variables: []Variable{{Key: "A", Value: "1"}, {Key: "A", Value: "2"}}}
	if got := p.Variable("A") + p.Variable("B"); got != "2" {
		t.Errorf("got %q", got)
	}
}
