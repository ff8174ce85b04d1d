package replay

import (
	"fmt"
	"testing"
)

// An object that was fetched by ranges, in any order and overlapping, is whole again.
func TestStorageByParts(t *testing.T) {
	const content = "PK0123456789abcdef"
	part := func(key string, from, end int) Take {
		return fetched("https://storage.example/"+key+"?X-Amz-Signature="+fmt.Sprint(from), 206, content[from:end],
			"Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, end-1, len(content)), "Content-Type", "application/zip")
	}
	tape := NewTape("http://gitlab.example").Add(
		fetched("/api/v4/jobs/9/artifacts?direct_download=true", 302, "", "Location", "https://storage.example/whole?X-Amz-Signature=0"),
		part("whole", 0, 1), part("whole", 8, 18), part("whole", 0, 5), part("whole", 3, 9),
		fetched("/api/v4/jobs/10/artifacts?direct_download=true", 302, "", "Location", "https://storage.example/gap?X-Amz-Signature=0"),
		part("gap", 0, 1), part("gap", 2, 18),
		fetched("https://storage.example/gap?X-Amz-Signature=1", 206, "x", "Content-Range", "bytes 1-2/18"),
		fetched("https://storage.example/gap?X-Amz-Signature=1", 206, "x", "Content-Range", "bytes */18"),
	)
	r := start(t, tape, nil)
	if a := r.ask("GET", "/api/v4/jobs/9/artifacts", "").want(t, 200, "Content-Type", "application/zip", "Content-Range", ""); a.body != content {
		t.Errorf("got %q", a.body)
	}
	for from := range len(content) {
		a := r.askAt("GET", "https://storage.example", "/whole?X-Amz-Signature=new", "", "Range", fmt.Sprintf("bytes=%d-%d", from, from+6)).want(t, 206)
		if want := content[from:min(from+7, len(content))]; a.body != want {
			t.Errorf("from %d: got %q, want %q", from, a.body, want)
		}
	}
	r.ask("GET", "/api/v4/jobs/10/artifacts", "").want(t, 404)
	r.askAt("GET", "https://storage.example", "/gap", "").want(t, 404)
}
