package redact

import (
	"encoding/json"
	"fmt"
	"testing"
)

func TestVariables(t *testing.T) {
	body := `{"variables":[
		{"key":"PUBLIC","value":"open-value-1","public":true,"masked":false},
		{"key":"EQUAL","value":"open-value-1","public":false,"masked":true},
		{"key":"PART","value":"value-1-part","public":false,"masked":false},
		{"key":"WHOLE","value":"xx value-1-part xx","public":true,"masked":false},
		{"key":"WORD","value":"production","public":false,"masked":false},
		{"key":"SHORT","value":"pw12","public":false,"masked":true},
		{"key":"GIT_CLONE_PATH","value":"/builds/clone1234","public":false,"masked":false},
		{"key":"SITE","value":"https://www.example.com/about","public":false,"masked":false},
		{"key":"MASKEDWORD","value":"correcthorse","public":true,"masked":true},
		{"key":"HIDDEN","value":"s3cr3t-value","public":false,"masked":false}],
		"message":{"token":["is invalid"]}}`
	r := New(testKey)
	if !r.LearnJSON([]byte(body)) {
		t.Fatal("not JSON")
	}
	for value, stays := range map[string]bool{
		"open-value-1": true, "value-1-part": true, "production": true, "pw12": true, "/builds/clone1234": true,
		"https://www.example.com/about": true, "is invalid": true, "correcthorse": false, "s3cr3t-value": false,
	} {
		if got := r.String(value); (got == value) != stays {
			t.Errorf("%s became %s", value, got)
		}
	}
	if got := fmt.Sprint(r.Kept()); got != "[PART SHORT SITE WORD]" {
		t.Errorf("kept %s", got)
	}
	if got := r.redactJSON([]byte(body), firstValue([]byte(body))); !json.Valid(got) || len(got) != len(body) {
		t.Errorf("became %s", got)
	}
}
