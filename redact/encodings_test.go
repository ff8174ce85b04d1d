package redact

import (
	"strings"
	"testing"
)

// What other programs make of a value where they quote it. The texts are theirs.
func TestQuoted(t *testing.T) {
	const value = `it's "a" <b>/&c $d,e` + "`" + `f\ghij1`
	const wide = "p\u00e4ssw\u00f6rd/\u65e5\u672c-\U0001f600\"42"
	for _, test := range []struct{ by, value, quoted string }{
		{"bash's printf %q", value, `it\'s\ \"a\"\ \<b\>/\&c\ \$d\,e\` + "`" + `f\\ghij1`},
		{"bash's declare -p", value, `it's \"a\" <b>/&c \$d,e\` + "`" + `f\\ghij1`},
		{"Python's repr, bash's $'…'", value, `it\'s "a" <b>/&c $d,e` + "`" + `f\\ghij1`},
		{"Python's repr of lines", "a-first-1\nsecond\t'2\\\"", `a-first-1\nsecond\t\'2\\"`},
		{"YAML, SQL and PowerShell", value, `it''s "a" <b>/&c $d,e` + "`" + `f\ghij1`},
		{"Python's html.escape", value, `it&#x27;s &quot;a&quot; &lt;b&gt;/&amp;c $d,e` + "`" + `f\ghij1`},
		{"Python's json", wide, `p\u00e4ssw\u00f6rd/\u65e5\u672c-\ud83d\ude00\"42`},
		{"Python's json in json", wide, `p\\u00e4ssw\\u00f6rd/\\u65e5\\u672c-\\ud83d\\ude00\\\"42`},
		{"PHP's json_encode", wide, `p\u00e4ssw\u00f6rd\/\u65e5\u672c-\ud83d\ude00\"42`},
		{"JSON of .NET", "p\u00e4ssw\u00f6rd-\u65e5\u672c-42", `p\u00E4ssw\u00F6rd-\u65E5\u672C-42`},
	} {
		t.Run(test.by, func(t *testing.T) {
			r := knowing(testKey, []string{test.value})
			got := r.String("say " + test.quoted + " end")
			if strings.Contains(got, test.quoted[3:]) || len(got) != len(test.quoted)+8 {
				t.Errorf("became %s", got)
			}
			if again := r.String(got); again != got {
				t.Errorf("again it becomes %s", again)
			}
		})
	}
}
