package decode

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"runnertape"
)

var update = flag.Bool("update", false, "rewrite the decoded sections of testdata")

// TestSamples decodes every testdata/<endpoint>/<case>.txtar with one Decoder a
// file and compares with what the file says. A file is a comment and sections:
//
//	-- request [crlf|quoted|gzip|https|cut] --   head, empty line, body; begins an exchange
//	-- response [...] --                         the same; without it nothing came
//	-- decoded --                                the wanted result, rewritten by -update
//
// Bodies end before the section's last newline. crlf makes their line ends so,
// quoted reads them as one Go string, gzip packs them, cut marks them as broken
// off. A comment line "upstream: URL" is given to NewDecoder.
func TestSamples(t *testing.T) {
	for _, name := range sampleFiles(t) {
		t.Run(strings.TrimSuffix(strings.TrimPrefix(name, "testdata/"), ".txtar"), func(t *testing.T) {
			sample := readSample(t, name)
			d := NewDecoder(sample.upstreams...)
			b := NewBuilder()
			for i := range sample.exchanges {
				testExchange(t, d, b, &sample.exchanges[i])
			}
			if *update && !t.Failed() {
				sample.write(t, name)
			}
		})
	}
}

func testExchange(t *testing.T, d *Decoder, b *Builder, s *sampleExchange) {
	t.Helper()
	decoded := new(runnertape.Decoded)
	m := d.decode(s.x, s.bodies, decoded)
	got := indent(t, decoded)
	if *update {
		s.decoded.text = got
	} else if diff := cmp.Diff(s.decoded.text, got); diff != "" {
		t.Errorf("%s %s (-want +got):\n%s", s.x.Request.Method, s.x.Request.Target, diff)
	}
	for _, secret := range secretsOf(s) {
		if strings.Contains(decoded.Gist, secret) || strings.Contains(fmt.Sprint(decoded.Runner), secret) {
			t.Errorf("%q or %+v shows the secret %q", decoded.Gist, decoded.Runner, secret)
		}
	}
	again, err := ParseMessage(decoded)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(indent(t, m), indent(t, again)); diff != "" {
		t.Errorf("message changed when read back (-was +is):\n%s", diff)
	}
	s.x.Decoded = decoded
	b.Add(s.x, nil)
}

// secretsOf are tokens that stand in headers and JSON bodies of a sample.
func secretsOf(s *sampleExchange) []string {
	var secrets []string
	for _, name := range []string{"Job-Token", "Runner-Token", "Private-Token"} {
		secrets = append(secrets, s.x.Request.Header.Values(name)...)
	}
	for _, body := range [][]byte{s.bodies.Request, s.bodies.Response} {
		var said struct {
			Token string `json:"token"`
		}
		if json.Unmarshal(body, &said) == nil && said.Token != "" {
			secrets = append(secrets, said.Token)
		}
	}
	return secrets
}

func indent(t *testing.T, v any) string {
	t.Helper()
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
