package replay

import (
	"strings"
	"testing"

	"runnertape"
)

// twoJobs is a recording of a job, and of one that needs its archive and gets it from storage, over that way.
func twoJobs(way runnertape.Way, storage string) *Tape {
	t := NewTape("http://gitlab.example")
	body, contentType := multipartOf("file", "art.zip", "PK recorded")
	over := func(k Take) Take {
		k.Edit = func(x *runnertape.Exchange) { x.Way = way }
		return k
	}
	return t.Add(
		handOut(`{"id":8,"token":"glcbt-64_job8token00000000"}`),
		Take{Method: "POST", URL: "/api/v4/jobs/8/artifacts", Header: []string{"Content-Type", contentType}, Body: body, Status: 201},
		put("8", `{"state":"success"}`, 200),
		handOut(`{"id":9,"token":"glcbt-64_job9token00000000","dependencies":[{"id":8,"token":"glcbt-64_job8token00000000"}]}`),
		over(fetched("/api/v4/jobs/8/artifacts?direct_download=true", 302, "", "Location", storage+"/b/art.zip?X-Amz-Signature=aa")),
		over(fetched(storage+"/b/art.zip?X-Amz-Signature=aa", 200, "PK recorded", "Content-Type", "application/zip", "ETag", `"recorded"`)),
		put("9", `{"state":"success"}`, 200),
	)
}

// runFirst plays the first job, with an upload of that content if there is one.
func (r *Replayer) runFirst(t *testing.T, base, upload string) {
	t.Helper()
	r.askAt("POST", base, "/api/v4/jobs/request", "{}").want(t, 201)
	if upload != "" {
		body, contentType := multipartOf("file", "new.zip", upload)
		r.askAt("POST", base, "/api/v4/jobs/8/artifacts", body, "Content-Type", contentType).want(t, 201)
	}
	r.askAt("PUT", base, "/api/v4/jobs/8", `{"state":"success"}`).want(t, 200)
	r.askAt("POST", base, "/api/v4/jobs/request", "{}").want(t, 201)
}

func TestDownloadOfThisReplay(t *testing.T) {
	for name, upload := range map[string]string{"uploaded": "PK made in this replay", "not uploaded": ""} {
		t.Run(name, func(t *testing.T) {
			r := start(t, twoJobs(runnertape.Forward, "http://storage.example"), nil)
			want := upload
			if want == "" {
				want = "PK recorded"
			}
			r.ask("GET", "/api/v4/jobs/8/artifacts", "").want(t, 200) // nobody has run yet: as recorded
			r.runFirst(t, "", upload)
			for _, target := range []string{"/api/v4/jobs/8/artifacts", "/api/v4/jobs/8/artifacts?direct_download=true"} { // nor does it lead to storage: the runner would not find it
				if a := r.ask("GET", target, "", "Job-Token", "glcbt-64_job9token00000000").want(t, 200, "Content-Type", "application/zip"); a.body != want {
					t.Errorf("got %q", a.body)
				}
			}
			r.ask("GET", "/api/v4/jobs/8/artifacts", "", "Range", "bytes=3-4").want(t, 206)
			a := r.askAt("GET", "http://storage.example", "/b/art.zip?X-Amz-Signature=other", "").want(t, 200)
			if a.body != want {
				t.Errorf("from storage: got %q", a.body)
			}
			r.askAt("GET", "http://storage.example", "/b/art.zip", "", "If-None-Match", a.header.Get("ETag")).want(t, 304)
			r.askAt("HEAD", "http://storage.example", "/b/art.zip", "").want(t, 200)
		})
	}
}

// A runner that was led to the storage by a recorder finds it.
func TestStorageByPath(t *testing.T) {
	r := start(t, twoJobs(runnertape.Reverse, "https://storage.example"), nil)
	r.runFirst(t, "", "PK made")
	if a := r.ask("GET", "/.runnertape/https/storage.example/b/art.zip?X-Amz-Signature=aa", "").want(t, 200); a.body != "PK made" {
		t.Errorf("got %q", a.body)
	}
	r.ask("GET", "/.runnertape/https/other.example/b/art.zip", "").want(t, 404)
	r.ask("GET", "/.runnertape/ftp/storage.example/b/art.zip", "").want(t, 404)
	r.ask("GET", "/.runnertape/https/", "").want(t, 404)
}

// A redirect is given again where its runner comes to us.
func TestRedirect(t *testing.T) {
	const first, signed = "/api/v4/jobs/8/artifacts?direct_download=true", "/b/art.zip?X-Amz-Signature=aa"
	reached := func(scheme, host string) bool { return scheme == "http" || host == "storage.example:443" }
	for _, c := range []struct {
		name          string
		way           runnertape.Way
		storage, base string
		location      string
	}{
		{"forward", runnertape.Forward, "http://storage.example", "http://gitlab.example", "http://storage.example" + signed},
		{"forward, recorded in reverse", runnertape.Reverse, "http://storage.example", "http://gitlab.example", "http://storage.example" + signed},
		{"another proxy variable", runnertape.Forward, "https://storage.example", "http://gitlab.example", ""},
		{"a host that is not signed for", runnertape.Connect, "https://other.example", "https://gitlab.example", ""},
		{"reverse", runnertape.Reverse, "https://storage.example", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := New(twoJobs(c.way, c.storage), Options{Reached: reached})
			if err != nil {
				t.Fatal(err)
			}
			r.runFirst(t, c.base, "PK made")
			status := 302
			if c.location == "" {
				status = 200
			}
			for range 2 { // as runners since 19.0 do it
				r.askAt("GET", c.base, first, "", "Job-Token", "glcbt-64_job9token00000000").want(t, status, "Location", c.location)
			}
			r.askAt("GET", c.base, strings.TrimSuffix(first, "direct_download=true"), "").want(t, 200)
			if c.location == "" {
				return
			}
			base, target := strings.TrimSuffix(c.location, signed), signed
			if a := r.askAt("GET", base, target, "", "Range", "bytes=0-0").want(t, 206, "Content-Range", "bytes 0-0/7"); a.body != "P" {
				t.Errorf("got %q", a.body)
			}
			if a := r.askAt("GET", base, target, "", "Range", "bytes=0-1,3-4").want(t, 200); a.body != "PK made" {
				t.Errorf("got %q", a.body)
			}
			if n := r.Receipt().Missed; n != 0 {
				t.Errorf("%d missed", n)
			}
		})
	}
}
