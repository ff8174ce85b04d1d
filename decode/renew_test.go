package decode

import "testing"

func TestRenew(t *testing.T) {
	r := Renewal{
		IDs:    map[int64]int64{42: 1000, 7: 1001},
		Tokens: map[string]string{"glcbt-64_old": "glcbt-64_new", "glcbt-64_dep": "glcbt-64_DEP", "": "x"},
	}
	for _, c := range []struct{ name, payload, want string }{
		{
			"all", `{"id": 42,"token":"glcbt-64_old","job_info":{"id":42,"project_id":42},
 "git_info":{"repo_url":"http://gitlab-ci-token:glcbt-64_old@gitlab.example/g/42.git","depth":42},
 "variables":[{"key":"CI_JOB_ID","value":"42","public":true},{"value":"42","key":"CI_BUILD_ID"},{"key":"CI_PIPELINE_ID","value":"42"},{"key":"A"},
  {"key":"CI_JOB_URL","value":"http://gitlab.example/g/-/jobs/42"},{"key":"X","value":"http:\/\/gitlab.example\/g\/-\/jobs\/42#L1 /jobs/421 /jobs/7/raw"}],
 "dependencies":[{"id":7,"token":"glcbt-64_dep","artifacts_file":{"size":7}},{"id":8,"token":"glcbt-64_old"}],"services":[{"variables":[{"key":"CI_JOB_ID","value":"42"}]}]}`,
			`{"id": 1000,"token":"glcbt-64_new","job_info":{"id":1000,"project_id":42},
 "git_info":{"repo_url":"http://gitlab-ci-token:glcbt-64_new@gitlab.example/g/42.git","depth":42},
 "variables":[{"key":"CI_JOB_ID","value":"1000","public":true},{"value":"1000","key":"CI_BUILD_ID"},{"key":"CI_PIPELINE_ID","value":"42"},{"key":"A"},
  {"key":"CI_JOB_URL","value":"http://gitlab.example/g/-/jobs/1000"},{"key":"X","value":"http:\/\/gitlab.example\/g\/-\/jobs\/1000#L1 /jobs/421 /jobs/1001/raw"}],
 "dependencies":[{"id":1001,"token":"glcbt-64_DEP","artifacts_file":{"size":7}},{"id":8,"token":"glcbt-64_new"}],"services":[{"variables":[{"key":"CI_JOB_ID","value":"42"}]}]}`,
		},
		{"broken", `{"id":42,"variables":[{"key":"CI_JOB_ID","value":"42"}`, `{"id":1000,"variables":[{"key":"CI_JOB_ID","value":"1000"}`},
		{"no object", `42`, `42`},
		{"nothing", ``, ``},
	} {
		if got := string(Renew([]byte(c.payload), r)); got != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}
