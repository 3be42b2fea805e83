//! How often a literal is likely to be seen in text that means nothing: logs of all sorts and prose about the things that the
//! rules are about. An estimate; what it gets wrong costs time and never an answer.

use alloc::vec;
use alloc::vec::Vec;
use core::cell::RefCell;

use crate::scan::length_of;

/// What logs and questions are full of. Written for this purpose, in canonical text.
const SAMPLE: &str = "\
info debug warn error trace fatal notice level logger thread worker main process started stopped running ready done \
2026-01-02t03:04:05.678z 2025-12-31 23:59:58,123 utc gmt +0000 127.0.0.1 192.168.0.10 localhost:8080 pid uid ms seconds \
get / post / put /v1/ /v2/ /api/ http/1.1 http/2 https://www. http://api. .com/ 200 201 204 301 304 400 401 403 404 429 500 \
502 503 \"get \"post user-agent mozilla/5.0 (windows nt 10.0; win64; x64) applewebkit/537.36 (khtml, like gecko) chrome safari \
curl/8 python-requests node axios fetch client server host port url uri path query params header headers cookie session \
content-type: application/json; charset=utf-8 content-length: accept: authorization: bearer cache-control: no-cache \
connection: keep-alive date: {\"code\":0,\"message\":\"success\",\"data\":{\"task_id\":\"\",\"task_status\":\"succeed\",\"status\":\
\"ok\",\"id\":\"\",\"name\":\"\",\"type\":\"\",\"value\":\"\",\"time\":\"\",\"level\":\"info\",\"msg\":\"\",\"error\":null,\"result\":true,\
\"request_id\":\"\",\"created_at\":1700000000,\"updated_at\":1700000000}} code: 0 status: 200 status=200 code=0 error=none \
request response accepted received sent waiting queue queued pending processing completed complete finished success succeed \
succeeded successfully failed failure retry retries attempt attempts timeout timed out limit limits per minute per second \
task tasks job jobs batch batches video videos image images audio voice text prompt model models generate generated generation \
upload uploaded uploading download downloaded file files size bytes kb mb width height fps duration 720p 1080p 5 s 10 s \
user users account accounts login signed in logged in signed out password token tokens refreshed expires expired expires_in \
auth authorized permission role key keys api api_key secret access balance credit credits granted points units billing bill \
invoice invoices payment payments paid pay order orders plan plans package packages resource resources quota subscription usage \
used usage price cost total amount usd refund top up recharge wallet free trial pro version v1.0.0 v2.1 release update updated \
cache cached hit miss database db pool idle connection connected connecting closed open opened close query rows table index \
insert select update delete from where and or the a an of to in is it not no for with on at by as be was are this that has have \
had been will would can could should may must more than less some any all other new old first last next previous current now \
is not needed not found not available is available is required is ready is valid invalid value parameter parameters argument \
field missing required unknown unsupported supported support service services system network internal external public private \
server error internal server error bad request too many requests unauthorized forbidden not found please try again later \
please check your contact support the request the account the user the model the image the video the task your account your \
at object.<anonymous> at worker.run at async at process (node:internal/ /srv/app/ /usr/lib/python3/ /home/ app.js:10:5) \
traceback (most recent call last): file \"app.py\", line 10, in <module> raise exception self. return import from try except \
valueerror runtimeerror typeerror org.springframework. java.lang. com.example. at com. goroutine main.go:12 panic \
kling kie comet cometapi openai claude gemini fal replicate minimax runway luma veo sora pika wan seedance hailuo webhook callback \
halo kak min gan saya aku kami kita mau tanya kenapa kok tidak bisa gak bisa error terus sudah belum masih lagi padahal tapi \
video gambar akun saldo kredit koin bayar isi ulang topup top up paket langganan aplikasi tolong bantu mohon terima kasih \
proses gagal berhasil selesai menunggu antrian coba lagi nanti yang dan di ke dari untuk dengan ini itu ada jadi saja juga \
用户 账号 账户 请求 成功 失败 错误 任务 视频 图片 模型 生成 余额 积分 充值 时间 服务 参数 返回 结果 请 稍后 重试 \
task 17 task=18 task: 19 /tasks/20 task_id=21 video 22 video_id=23 /videos/24 video/mp4 image 25 image_url=26 /images/27 image/png \
job 28 job=29 job: 30 /jobs/31 job_id=32 web 33 [web] web-1 website webhook model 34 model=35 request 36 request=37 requests/38 \
credit 39 credits 40 balance 41 balance: 42 account 43 account=44 error 45 error=0 errors 0 no error status 46 status: 47 code 48 \
server 49 server-1 [server] http 50 [http] token 51 token=52 tokens 53 key 54 key=55 content 56 content/57 api 58 api-1 [api] /api/ ";

/// The sample, so kept that what begins with a literal is found by its first two bytes, and by halving what is left.
pub(crate) struct Background {
    /// Where the sample may be read from, in the order of what stands there.
    places: Vec<usize>,
    /// For each two bytes, how many places stand before those that begin with them; one more at the end.
    before: Vec<usize>,
    /// What was asked last, literal and cost, by a hash of the literal: a place of a pattern shares most of its literals with the
    /// places beside it.
    costs: RefCell<Vec<(u64, u64)>>,
}

/// Of a hash; so many literals are remembered.
const COST_BITS: u32 = 13;

impl Background {
    pub(crate) fn new() -> Background {
        let mut places: Vec<usize> = (0..SAMPLE.len()).collect();
        places.sort_unstable_by_key(|at| rest(*at));
        let mut before = vec![0; usize::from(u16::MAX) + 2];
        for at in &places {
            before[usize::from(two(rest(*at), 0)) + 1] += 1;
        }
        let mut sum = 0;
        for number in &mut before {
            sum += *number;
            *number = sum;
        }
        Background {
            places,
            before,
            costs: RefCell::new(vec![(0, 0); 1 << COST_BITS]),
        }
    }

    /// How many times the sample holds the literal.
    fn count(&self, literal: &[u8]) -> u64 {
        let from = self.before[usize::from(two(literal, 0))];
        let to = self.before[usize::from(two(literal, u8::MAX)) + 1];
        let near = self.places.get(from..to).unwrap_or_default();
        if literal.len() <= 2 {
            return near.len() as u64;
        }
        let less = near.partition_point(|at| rest(*at) < literal);
        let (_, from) = near.split_at(less);
        from.partition_point(|at| rest(*at).starts_with(literal)) as u64
    }

    /// The cost of a literal that stands as a number ([`crate::scan::word_of`]).
    pub(crate) fn cost_of_word(&self, word: u64) -> u64 {
        let mut costs = self.costs.borrow_mut();
        let hash = word.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - COST_BITS);
        let known = &mut costs[hash as usize];
        if known.0 != word {
            let bytes = word.to_le_bytes();
            let literal = bytes.get(..length_of(word)).unwrap_or_default();
            *known = (word, self.cost(literal));
        }
        known.1
    }

    /// How often the literal is likely to be seen, in no unit; at least 1. The engine finds it by its first four bytes, so
    /// these count too.
    pub(crate) fn cost(&self, literal: &[u8]) -> u64 {
        let heads = self.count(literal.get(..4).unwrap_or(literal));
        let wholes = self.count(literal);
        // What the sample does not hold may still be a part of a word: the shorter the likelier. Of characters beyond ASCII,
        // a byte or two tell little; digits may stand anywhere.
        let beyond = literal.iter().filter(|byte| **byte >= 0x80).count();
        let unseen = match literal.len() - beyond / 3 {
            0..=3 if literal.iter().all(u8::is_ascii_digit) => 400,
            0..=3 => 60,
            4 => 20,
            5 => 6,
            6 => 3,
            _ => 1,
        };
        unseen + 20 * heads + 100 * wholes
    }
}

/// The first two bytes as a number; `missing` for those that are not there.
fn two(text: &[u8], missing: u8) -> u16 {
    let byte = |n: usize| text.get(n).copied().unwrap_or(missing);
    u16::from_be_bytes([byte(0), byte(1)])
}

/// The sample from there on.
fn rest(at: usize) -> &'static [u8] {
    SAMPLE.as_bytes().get(at..).unwrap_or_default()
}

/// The same for the value of a key named code.
pub(crate) fn code_cost(value: &str) -> u64 {
    if matches!(value, "0" | "1" | "-1" | "200" | "ok" | "success") {
        100_000
    } else {
        20
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_counted() {
        let background = Background::new();
        for literal in [
            "",
            "b",
            "ba",
            "bal",
            "balance",
            "balance 41",
            "zq",
            "充",
            "充值",
            "/api/ ",
            "/api/ x",
        ] {
            let literal = literal.as_bytes();
            let expected = (0..SAMPLE.len()).filter(|at| rest(*at).starts_with(literal));
            assert_eq!(
                background.count(literal),
                expected.count() as u64,
                "{literal:?}"
            );
        }
    }
}
