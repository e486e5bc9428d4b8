export class CallFailed extends Error {
}
export class ApiError extends CallFailed {
    /**
     * @param {Response} response an answer that is not ok
     * @returns {Promise<ApiError>}
     */
    static from(response: Response): Promise<ApiError>;
    /** @param {{ status: number, code: string, title?: string, detail?: string, request_id?: string, tries_left?: number }} problem */
    constructor({ status, code, title, detail, request_id, tries_left }: {
        status: number;
        code: string;
        title?: string;
        detail?: string;
        request_id?: string;
        tries_left?: number;
    });
    status: number;
    code: string;
    request_id: string;
    tries_left: number;
    /**
     * What was refused and what to do, for the person at the screen.
     * @param {'ko' | 'en'} language
     * @returns {[what: string, advice: string] | undefined} nothing for a code younger than this copy of the SDK
     */
    words(language: "ko" | "en"): [what: string, advice: string] | undefined;
}
export class Offline extends CallFailed {
    constructor(cause: any);
}
