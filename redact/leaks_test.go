package redact

import (
	"fmt"
	"testing"
)

func TestScratch(t *testing.T) {
	r := New(NewKey())
	s := r.StandIn("glpat-Ab12Cd34Ef56Gh78Ij90")
	for _, text := range []string{
		"x glpat-Ab12Cd34Ef56Gh78Ij90 y", s, "token=" + s, "password: " + s + ".git", `{"password":"h7Gk29sLqQ0xZ"}`, `DB_PASSWORD=h7Gk29sLqQ0xZ`,
		`{"key":"DB_PASSWORD","value":"h7Gk29sLqQ0xZ"}`, `\"api_key\":\"h7Gk29sLqQ0xZ\"`, "X-Api-Key: h7Gk29sLqQ0xZ", "?private_token=h7Gk29sLqQ0xZ&x=1",
	} {
		fmt.Printf("%q %+v\n", text, r.Leaks([]byte(text)))
	}
}
